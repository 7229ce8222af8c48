# behaviour 62
# `cpu = n` takes n of the CPUs: what does not fit beside it waits, and it runs on that many.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/resources/steps.bash"

cat >p.pipe <<END
build three(src: File, i: Int) -> File {
  cpu = 3
  run sh"$note"
}
build two(src: File, i: Int) -> File {
  cpu = 2
  run sh"$note; echo two >> \${out}"
}
build two_there(src: File, i: Int) -> File {
  cpu = 2
  run sh"$meet"
}
build count(src: File) -> File {
  cpu = 1
  run sh"cat \${src}; nproc > \${out}"
}
build cpus(src: File) -> File {
  cpu = 500
  run sh"cat \${src} >&2; nproc > \${out}"
}
pipeline apart() {
  let a = [for i in 0..4 => three(file("a.txt"), i = i)]
  let b = [for i in 0..4 => two(file("a.txt"), i = i)]
}
pipeline together() { let both = [for i in 0..2 => two_there(file("a.txt"), i = i)] }
pipeline seen() {
  let one = count(file("a.txt"))
  let all = cpus(file("a.txt"))
  out one = one
  out all = all
}
END
pipec 0 build apart -j 8 --cpus 4 --events "$work/events"
for a in 0 1 2 3; do
  for b in 0 1 2 3; do
    expect "whether three $a and two $b overlap" false "$(overlap "$work/events" "apart.a[$a]" "apart.b[$b]")"
  done
done
let_meet 2 together -j 8 --cpus 4

# More than there are is all of them, and no reason to fail or to warn.
pipec 0 build seen
expect 'the CPUs of a step with one' 1 "$(cat .pipec/out/seen/one)"
expect 'the CPUs of a step that wants more than there are' "$(nproc)" "$(cat .pipec/out/seen/all)"
! grep -q warning "$work/seen/stderr" || fail 'it warns'
if (($(nproc) > 1)); then
  pipec 0 build seen --force --cpus 1
  expect 'the CPUs of a step where builds may use one' 1 "$(cat .pipec/out/seen/all)"
fi
