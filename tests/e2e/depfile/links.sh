# A path in a depfile counts as the file that it leads to: through a link of the step's, and out of
# the pool.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'PIPE'
build follow(pool headers: Dir) -> File {
  depfile = "x.d"
  run sh"ln -s ${headers} inc; cat inc/link.h inc/deep/../up.h > ${out}; echo 'x: inc/link.h inc/deep/../up.h' > x.d"
}
pipeline p() {
  let read = follow(dir("include"))
  out read = read
}
PIPE
mkdir -p include/real/down
ln -s real/file.h include/link.h
ln -s real/down include/deep
echo file >include/real/file.h
echo 'not this' >include/up.h
echo up >include/real/up.h
pipec 0 build p
expect 'what was read' "$(printf 'file\nup')" "$(cat .pipec/out/p/read)"
echo 'nor this' >include/up.h
pipec 0 build p --format json
expect_executed
for file in file.h up.h; do
  echo new >>include/real/$file
  pipec 0 build p --format json
  expect_executed p.read
done
ln -sfn up.h include/link.h
pipec 0 build p --format json
expect_executed p.read
expect 'what was read' 'nor this' "$(head -n 1 .pipec/out/p/read)"
