# What `fmt --diff` prints is a patch that does what `fmt` does.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

{
  printf '\n\n// first\nlet  a=1\n'
  for i in {1..30}; do printf 'let b%s = %s\n\n' "$i" "$i"; done
  printf 'let c = [1,\n  2,]\nfn f() -> Int {\nreturn 1 }\n'
  for i in {1..30}; do printf 'let d%s = %s\n\n' "$i" "$i"; done
  printf 'let  e=1'
} >a.pipe
cp a.pipe b.pipe
pipec 1 fmt --diff a.pipe
expect 'the number of hunks' 3 "$(grep -c '^@@ ' "$work/seen/stdout")"
git apply -p0 "$work/seen/stdout" || fail 'git cannot apply the difference'
pipec 0 fmt b.pipe
cmp a.pipe b.pipe || fail 'the patch makes another file than `fmt`'
