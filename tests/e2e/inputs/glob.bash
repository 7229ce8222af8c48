# A workspace with one step that joins whatever a glob matches.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build join(parts: List<File>) -> File {
  out = "all.txt"
  run sh"cat ${parts} > ${out}"
}
pipeline p() {
  let all = join(glob("src/**/*.txt"))
  out all = all
}
END
mkdir -p src/deep
echo one >src/a.txt
echo two >src/deep/b.txt
