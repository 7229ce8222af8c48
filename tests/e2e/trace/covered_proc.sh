# In a container that covers parts of /proc a step has no /proc of its own; its trace has relative
# paths and those of threads all the same.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build look(src: File) -> File {
  run sh"""
    cat ${src} >${out}
    readlink /proc/self
    echo $$
    test -e notes.txt || mkdir sub
    cd sub
    test -e ../more.txt || true
    python3 -c 'import os, threading; t = threading.Thread(target=lambda: os.path.exists("threads.txt")); t.start(); t.join()'
    """
}
pipeline p() { let made = look(file("src")) }
END
touch src notes.txt more.txt
mkdir sub
touch sub/threads.txt
container=(unshare --mount)
((EUID == 0)) || container+=(--map-root-user)
# As runtimes of containers do it with /proc/kcore and others.
"${container[@]}" sh -c 'mount --bind /dev/null /proc/version && exec "$@"' sh \
  "$PIPEC" build p.made --trace --sandbox strict --format json >"$work/seen/stdout" 2>"$work/seen/stderr" || fail 'the build failed'
"$PIPEC" log p.made >"$work/log"
[[ $(sed -n 1p "$work/log") != "$(sed -n 2p "$work/log")" ]] || fail 'the step has a /proc of its own: nothing was shown'
expect 'what is not declared' '["more.txt","notes.txt","sub/threads.txt"]' "$(jq -c '[.nodes[].trace.undeclared[].path]' "$work/seen/stdout")"
