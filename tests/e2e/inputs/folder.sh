# behaviour 20
# A folder as input: files added, removed, renamed and edited deep inside, and empty folders, all
# count.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build list_of(src: Dir) -> File {
  out = "list.txt"
  run sh"cd ${src} && find . | LC_ALL=C sort > ${out} && find . -type f | LC_ALL=C sort | xargs cat >> ${out}"
}
pipeline p() {
  let list = list_of(dir("src"))
  out list = list
}
END
mkdir -p src/a/b/c
echo 1 >src/a/b/c/deep
echo 2 >src/top
pipec 0 build p
changes=(
  'echo 3 >src/a/b/new'
  'rm src/top'
  'mv src/a/b/new src/a/b/renamed'
  'echo 9 >src/a/b/c/deep'
  'mkdir src/empty'
  'mv src/empty src/hollow'
  'mv src/a/b src/a/d'
  'ln -s a/d src/link'
  'ln -sfn a src/link'
)
for change in "${changes[@]}"; do
  eval "$change"
  pipec 0 build p --format json
  expect_executed p.list
  pipec 0 build p --format json
  expect_executed
done
