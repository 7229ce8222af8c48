# behaviour 64
# Lists of lists' elements, records, functions and tools: each step is one node, whatever way leads
# to it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
type Unit { object: File, log: File }
source tool(name: String) -> File {
  resolve sh"echo 1"
  run sh"echo ${name} ${id} > ${out}"
}
build generate(list: File) -> Dir {
  run sh"""
    mkdir ${out}
    while read -r name; do echo "$name" > ${out}/"$name"; done < ${list}
  """
}
build compile(src: File) -> (object: File, log: File) {
  let compiler = tool("cc")
  out object = "${src.stem}.o"
  run sh"cat ${src} ${compiler} > ${object}; echo ok > ${log}"
}
build strip(object: File) -> File {
  run sh"head -n 1 ${object} > ${out}"
}
build join(parts: List<File>) -> File {
  run sh"cat /dev/null ${parts} > ${out}"
}
fn units_of(gen: Dir) -> Each<Unit> {
  let files = gen.files("*.c")
  return [for f in files => Unit(object = compile(f).object, log = compile(f).log)]
}
pipeline p() {
  let gen      = generate(file("list"))
  let units    = units_of(gen)
  let stripped = [for u in units => strip(u.object)]
  let logs     = join([for u in units => u.log])
  let all      = join(stripped)
  out all  = all
  out logs = logs
  out objects = stripped
}
END
printf '%s\n' a.c b.c >list
pipec 0 build p --format json
expect_executed p.gen 'p.units[a.c].object' 'p.units[b.c].object' 'p.units[a.c]/tool' \
  'p.stripped[a.c]' 'p.stripped[b.c]' p.logs p.all
expect 'all' "$(printf '%s\n' a.c b.c)" "$(cat .pipec/out/p/all)"
expect 'a kept element' b.c "$(cat .pipec/out/p/objects/b.c)"
pipec 0 get 'p.units[b.c].object' -o object
expect 'a field' b.c "$(head -n 1 object)"
pipec 0 build p.logs --format json
expect_executed
expect 'what the target does not need' absent "$(state 'p.stripped[a.c]')"
echo c.c >>list
pipec 0 build p --format json
expect_executed p.gen 'p.units[c.c].object' 'p.stripped[c.c]' p.logs p.all
