# A pool is a File, a Dir or a list of them; what is mentioned outside of it, or as text, counts as
# a whole.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'PIPE'
build read(list: String, pool a: File, pool b: Dir, pool c: List<File>) -> File {
  depfile = "read.d"
  run sh"printf 'x: ' > read.d; for f in ${a} ${b}/x ${b}/y ${c}; do case ${list} in *$(basename $f)*) echo $f \\ >> read.d; cat $f; esac; done > ${out}; echo >> read.d"
}
build cat_both(pool b: Dir, again: Dir) -> File {
  depfile = "d"
  run sh"echo 'x:' > d; cat ${b}/x ${again}/y > ${out}"
}
build echo_text(pool a: File) -> File {
  depfile = "d"
  run sh"echo 'x:' > d; echo ${a.text()} > ${out}"
}
pipeline p() {
  let nothing = read("", a = file("a"), b = dir("b"), c = [file("c1"), file("c2")])
  let some    = read("a y c2", a = file("a"), b = dir("b"), c = [file("c1"), file("c2")])
  let both    = cat_both(dir("b"), again = dir("b"))
  let as_text = echo_text(file("a"))
  out some = some
}
PIPE
mkdir b
for file in a b/x b/y c1 c2; do echo "$file" >$file; done
pipec 0 build p

# edit FILE LABEL…: these and no others execute after an edit of FILE.
edit() {
  echo "new $1" >>"$1"
  pipec 0 build p --format json
  expect_executed "${@:2}"
}
edit a p.some p.as_text
edit b/x p.both
edit b/y p.some p.both
edit c1
edit c2 p.some
expect 'what was read' "$(cat a b/y c2)" "$(cat .pipec/out/p/some)"
chmod +x c2
pipec 0 build p --format json
expect_executed p.some
