# behaviour 9
# A declared variable counts; an undeclared one neither counts nor is seen.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build show(colour: String) -> File {
  env = ["COLOUR": colour]
  out = "env.txt"
  run sh"env > ${out}"
}
pipeline p(colour: String = "red") {
  let seen = show(colour)
  out seen = seen
}
END
UNDECLARED=1 pipec 0 build p
grep -qx COLOUR=red .pipec/out/p/seen || fail 'the declared variable is not there'
! grep -q UNDECLARED .pipec/out/p/seen || fail 'the undeclared variable is there'
UNDECLARED=2 pipec 0 build p --format json
expect_executed
pipec 0 build p --colour blue --format json
expect_executed p.seen
sed -i '/env = /d' p.pipe
pipec 0 build p --format json
expect_executed p.seen
! grep -q COLOUR .pipec/out/p/seen || fail 'the removed variable is still there'
