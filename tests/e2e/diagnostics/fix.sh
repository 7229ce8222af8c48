# behaviour: check --fix mends what has one remedy, says so, and leaves the rest to people
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >a.pipe <<'END'
let cpus = 2
pub build site(src: Dir) -> Dir {
  timout = 10min
  cpu = cppu
  run ["make", src, out]
}
END
cp a.pipe before

pipec 2 check a.pipe --fix --diff
expect_seen stdout '^--- a.pipe$'
expect_seen stdout '^-  timout = 10min$'
expect_seen stdout '^\+  timeout = 10min$'
expect_seen stderr 'would make 1 fix in a.pipe'
cmp a.pipe before || fail '--diff wrote the file'

pipec 2 check a.pipe --fix
expect_seen stderr 'made 1 fix in a.pipe'
expect_seen stderr 'error\[E0201\]'
expect_seen stderr 'did you mean `cpus`'
expect 'the new line' '  timeout = 10min' "$(sed -n 3p a.pipe)"

sed -i 's/cppu/cpus/' a.pipe
pipec 0 check a.pipe --fix
expect_last '1 file checked, 0 errors, 0 warnings'

pipec 2 check a.pipe --diff
expect_seen stderr 'give both'
