# A workspace where one step makes files that nobody knows before, and each of them is compiled.
# `list` has a line `NAME TEXT` for each file.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build generate(list: File) -> Dir {
  run sh"""
    mkdir -p ${out}/gen
    while read -r name text; do printf '%s\n' "$text" > ${out}/gen/"$name"; done < ${list}
  """
}
build compile(src: File) -> File {
  out = "${src.stem}.o"
  run sh"echo compiling ${src.name}; sed 's/^/object of /' ${src} > ${out}"
}
build link(objects: List<File>) -> File {
  out = "program"
  run sh"cat /dev/null ${objects} > ${out}"
}
pipeline p() {
  let gen     = generate(file("list"))
  let objects = [for f in gen.files("**/*.c") if f.stem != "internal" => compile(f)]
  let program = link(objects + [compile(file("main.c"))])
  out program = program
}
END
printf '%s\n' 'a.c alpha' 'b.c beta' 'internal.c secret' 'notes.md text' >list
echo main >main.c
