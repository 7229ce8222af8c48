# behaviour 10
# A tool that is replaced at the same path executes its users again, and nobody else.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build apply(tool: File, src: File) -> File { run [tool, src, out] }
build copy(src: File) -> File { run ["cp", src, out] }
pipeline p() {
  let made  = apply(file("tools/stamp"), src = file("a.txt"))
  let plain = copy(file("a.txt"))
  out made = made
}
END
mkdir tools
stamp() {
  printf '#!/bin/sh\n(echo "%s"; cat "$1") > "$2"\n' "$1" >tools/new
  chmod +x tools/new
  mv tools/new tools/stamp
}
echo a >a.txt
stamp first
pipec 0 build p
stamp other
pipec 0 build p --format json
expect_executed p.made
expect 'the output' $'other\na' "$(cat .pipec/out/p/made)"
