# `build --trace` tells which inputs a step never opens, which files of the repository it looks for
# in vain, with the edits that declare them, where it may not write, and what of the machine it
# uses.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build compile(src: File, spare: File, version: File, pool headers: Dir) -> File {
  depfile = "unit.d"
  env     = ["VERSION": version.text()]
  run sh"""
    test -e notes.txt || true
    touch /usr/share/mine || true
    echo ${spare}
    g++ -I${headers} -MMD -MF unit.d -DVERSION=$VERSION -c ${src} -o ${out}
  """
}
pipeline p() {
  let unit = compile(file("src/main.cpp"), spare = file("spare.txt"), version = file("version"), headers = dir("include"))
}
END
mkdir src include docs
echo 3 >version
touch spare.txt notes.txt include/unused.h docs/other.txt
echo '#define VALUE 1' >include/used.h
echo '#define VALUE 2' >src/beside.h
cat >src/main.cpp <<'END'
#include "used.h"
#if __has_include("beside.h")
#include "beside.h"
#endif
int main() { return VALUE + VERSION; }
END
pipec 0 build p
pipec 0 build p.unit --trace --format json
expect_executed p.unit
trace=$(json '.nodes[].trace')
cp "$work/seen/stdout" "$work/before"
expect 'what is unused' '["spare.txt"]' "$(jq -c .unused <<<"$trace")"
expect 'what is not declared' '["notes.txt","src/beside.h"]' "$(jq -c '[.undeclared[].path]' <<<"$trace")"
expect 'the edits' 'p.pipe:1: `compile(src: File, spare: File, version: File, pool headers: Dir, beside: File)`
p.pipe:12: `compile(file("src/main.cpp"), spare = file("spare.txt"), version = file("version"), headers = dir("include"), beside = file("src/beside.h"))`
p.pipe:4: `${beside}` somewhere in the command, for `/i/N/beside.h`' \
  "$(jq -r '.undeclared[] | select(.path == "src/beside.h").edits[]' <<<"$trace" | sed 's|/i/[0-9]/|/i/N/|')"
expect 'where it may not write' '["/usr/share/mine"]' "$(jq -c .refused <<<"$trace")"
for program in /usr/bin/sh /usr/bin/g++ /usr/bin/touch; do
  jq -e --arg program "$program" '.programs | index($program)' <<<"$trace" >"$work/seen/found" || fail "$program is not among the programs"
done
jq -e '.files | map(select(test("libc\\.so"))) | length > 0' <<<"$trace" >"$work/seen/found" || fail 'no library is among the files'
jq -e '(.files + .programs) | map(select(test("^/(i|w|o|tmp)/"))) == []' <<<"$trace" >"$work/seen/found" || fail 'what is the step'\''s own is called the machine'\''s'

# It is the step that it was: the same result, and cached.
pipec 0 build p --format json
expect_executed
expect 'the result' "$(jq -c '.nodes[].outputs' "$work/before")" "$(json -c '.nodes[].outputs')"

# As text.
pipec 0 build p.unit --trace
for line in 'trace of `p.unit`' '    spare.txt' '    src/beside.h' '    /usr/share/mine' '    /usr/bin/g++'; do
  grep -Fxq "$line" "$work/seen/stdout" || fail "no line is: $line"
done
expect_seen stderr '^\[1/1\] built p\.unit .*: --trace$'

# Once it declares what it wants and nothing else, there is nothing to tell.
cat >p.pipe <<'END'
build join(parts: Dir, extra: File) -> File {
  work = parts
  run sh"cat docs/other.txt ${extra} > ${out}"
}
pipeline p() { let all = join(tree(["docs": dir("docs")]), extra = file("spare.txt")) }
END
pipec 0 build p.all --trace --format json
expect 'the trace' '[[],[],[]]' "$(json -c '.nodes[].trace | [.unused, .undeclared, .refused]')"
pipec 0 build p.all --trace
expect_seen stdout '^  it opened every input, and looked for nothing else of the repository$'
