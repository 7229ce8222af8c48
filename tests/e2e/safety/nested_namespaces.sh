# A step makes no namespaces, unless it says `nested_namespaces = true`, which is in its key: then
# it can even run pipec. A namespace of cgroups, which leads to those of the whole machine, it never
# makes.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/safety/both_users.bash"

compile reach
cp "$PIPEC" pipec
cat >inner.txt <<'END'
build copy(src: File) -> File { run ["cp", src, out] }
pipeline p() { out copied = copy(file("a.txt")) }
END
cat >p.pipe <<'END_OF_PIPE'
build plain(program: File) -> File {
  run sh"${program} namespaces >${out}"
}
build nested(program: File) -> File {
  nested_namespaces = true
  run sh"${program} namespaces >${out}"
}
build inner(program: File, module: File) -> File {
  nested_namespaces = true
  run sh"""
    mkdir .pipec
    cp ${module} p.pipe
    echo inside > a.txt
    ${program} build p --sandbox strict
    cp .pipec/out/p/copied ${out}
    """
}
pipeline p() {
  out plain  = plain(file("reach"))
  out nested = nested(file("reach"))
  out inner  = inner(file("pipec"), module = file("inner.txt"))
}
pipeline q() {
  out plain = plain(file("reach"))
}
END_OF_PIPE

play() {
  pipec 0 build p --sandbox strict
  expect 'what a step can make' 'user ENOSPC
clone user ENOSPC
clone3 user ENOSPC
cgroup EPERM
user and cgroup ENOSPC
user and mount ENOSPC
mounted cgroups ENOSPC' "$(cat .pipec/out/p/plain)"
  expect 'what a step can make that says so' 'user done
clone user done
clone3 user done
cgroup EPERM
user and cgroup ENOSPC
user and mount done
mounted cgroups EPERM' "$(cat .pipec/out/p/nested)"
  expect 'what a pipec in a step makes' inside "$(cat .pipec/out/p/inner)"
}

# In a container whose settings cannot be written, a filter does what these would have done.
in_container() {
  unshare --mount sh -c 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$@"' sh \
    "$PIPEC" build q --cache-dir "$work/container" --sandbox strict >"$work/seen/stdout" 2>"$work/seen/stderr" || fail 'the build failed'
  expect 'what a step can make there' 'user EPERM
clone user EPERM
clone3 user ENOSYS
cgroup EPERM
user and cgroup EPERM
user and mount EPERM
mounted cgroups EPERM' "$(cat .pipec/out/q/plain)"
}
((EUID)) || in_container
both_users play
