# A workspace with one step that writes down what it sees of a file.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build look(src: File) -> File {
  out = "seen.txt"
  run sh"""
    cat ${src} > ${out}
    if [ -x ${src} ]; then echo executable >> ${out}; fi
  """
}
pipeline p() {
  let seen = look(file("a.txt"))
  out seen = seen
}
END
echo one >a.txt
seen() { cat .pipec/out/p/seen; }
