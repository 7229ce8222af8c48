# behaviour 64
# A list can be passed as a whole; the step that takes it waits, and depends on the files, not on
# the directory.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build generate(list: File) -> Dir {
  run sh"""
    mkdir ${out}
    while read -r name; do echo "$name" > ${out}/"$name"; done < ${list}
  """
}
build make_index(title: String, units: List<File>, suffix: String = "${units.len} units") -> File {
  out = "${title}.txt"
  run sh"echo ${suffix} > ${out}; cat /dev/null ${units} >> ${out}"
}
pipeline p() {
  let gen   = generate(file("list"))
  let index = make_index("index", units = gen.files(["*.c", "*.h"]))
  out index = index
}
END
printf '%s\n' b.c a.h x.md >list
pipec 0 build p --format json
expect_executed p.gen p.index
expect 'the index' "$(printf '%s\n' '2 units' a.h b.c)" "$(cat .pipec/out/p/index)"
echo y.md >>list
pipec 0 build p --format json
expect_executed p.gen
echo c.c >>list
pipec 0 build p --format json
expect_executed p.gen p.index
expect 'the index' "$(printf '%s\n' '3 units' a.h b.c c.c)" "$(cat .pipec/out/p/index)"
