# behaviour 25
# The same for a match of a glob and for what is in a folder or a selection of it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/stopped_step.bash"

# pipe TYPE CALL: a step with this input.
pipe() {
  cat >p.pipe <<END
build join(parts: $1) -> File {
  run sh"$stop; find \${parts} -type f -exec cat {} + > \${out}"
}
pipeline p() {
  let all = join($2)
}
END
}
# a_member PATH EDIT: an edit of PATH while the step runs, which it does because of another file.
salt=0
a_member() {
  echo $((++salt)) >src/salt.txt
  while_it_runs 0 eval "$2"
  expect_seen stderr "^warning: \`$1\` was modified while \`p.all\` ran"
  while_it_runs 0 nothing
  expect_executed p.all
  pipec 0 build p --format json
  expect_executed
}
mkdir -p src/deep
echo a >src/a.txt
echo b >src/deep/b.txt
pipe 'List<File>' 'glob("src/**/*.txt")'
a_member src/deep/b.txt 'echo B >src/deep/b.txt'
pipe Dir 'dir("src")'
a_member src/deep/b.txt 'echo b >src/deep/b.txt'
a_member src/deep/c.txt 'echo c >src/deep/c.txt'
a_member src/deep/c.txt 'rm src/deep/c.txt'
pipe Dir 'dir("src").select(["**/*.txt"])'
a_member src/a.txt 'echo A >src/a.txt'

# What the selection leaves out is no input.
echo $((++salt)) >src/salt.txt
while_it_runs 0 eval 'echo >src/notes.md'
! grep -q modified "$work/seen/stderr" || fail 'told of a modification'
pipec 0 build p --format json
expect_executed
