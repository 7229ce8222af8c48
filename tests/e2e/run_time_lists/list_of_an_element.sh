# behaviour 64
# A step that is made for a file may itself make files, which another step takes as a whole: all in
# one run.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build unpack(list: File) -> Dir {
  run sh"""
    mkdir ${out}
    while read -r name content; do printf '%s\n' $content > ${out}/"$name"; done < ${list}
  """
}
build count(title: String, files: List<File>) -> File {
  run sh"echo ${title} ${files.len} > ${out}"
}
pipeline p() {
  let gen    = unpack(file("list"))
  let counts = [for f in gen.files("*") => count(f.name, files = unpack(f).files("*"))]
  out counts = counts
}
END
printf '%s\n' 'first a b c' 'second d' >list
pipec 0 build p --format json
expect_executed p.gen 'p.counts[first]/unpack' 'p.counts[first]' 'p.counts[second]/unpack' 'p.counts[second]'
expect 'a count' 'first 3' "$(cat .pipec/out/p/counts/first)"
pipec 0 build p --format json
expect_executed
sed -i 's/second d/second d e/' list
pipec 0 build p --format json
expect_executed p.gen 'p.counts[second]/unpack' 'p.counts[second]'
expect 'a count' 'second 2' "$(cat .pipec/out/p/counts/second)"
