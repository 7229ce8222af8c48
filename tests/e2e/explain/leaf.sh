# behaviour 77
# Whatever makes a step run is named: the file with both digests, the match of a glob, the variable,
# the flag, the link, the folder's entry; before the build by `plan` and `why`, afterwards by the
# build and by `why`.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build all(sources: List<File>, extra: Dir, colour: String, flags: List<String>) -> File {
  env = ["COLOUR": colour]
  run sh"echo ${flags} $COLOUR > ${out}; cat ${sources} >> ${out}; ls ${extra} >> ${out}"
}
pipeline p(colour: String = "red") {
  let made = all(glob("src/*.txt"), extra = dir("extra"), colour = colour, flags = ["-a", "-b"])
}
END
mkdir -p src extra/deep
echo b >src/b.txt
echo d >src/d.txt
echo 1 >extra/deep/one
D='[0-9a-f]{12}'
parameters=()

# because TEXT: this is why p.made would run, why it runs, and why it ran.
because() {
  pipec 0 plan p "${parameters[@]}"
  expect_seen stdout "^would execute *p.made: $1"
  if ((${#parameters[@]} == 0)); then
    pipec 0 why p.made
    expect_seen stdout "^  a build now: would execute it, because: $1"
    pipec 0 why p.made --format json
    json .now.reason | grep -Eq "^$1" || fail "now: $(json .now.reason)"
    [[ $(json '.now.changes | length') -gt 0 ]] || fail 'the document has no changes'
  fi
  pipec 0 build p "${parameters[@]}" --format json
  expect_executed p.made
  json '.nodes[] | select(.label == "p.made").reason' | grep -Eq "^$1" || fail "the build says: $(json '.nodes[0].reason')"
  pipec 0 why p.made
  expect_seen stdout "^  because: $1"
  expect_seen stdout '^  a build now: cached'
}

pipec 0 build p
echo c >src/c.txt
because "input 2 \`src/c.txt\` added: $D$"
echo cc >src/c.txt
because "input 2 \`src/c.txt\` changed: $D → $D$"
rm src/b.txt
because "input 1 \`src/b.txt\` removed, was $D$"
echo a >src/a.txt
echo dd >src/d.txt
because "input 3 \`src/d.txt\` changed: $D → $D \(and 1 more\)$"
pipec 0 why p.made
expect_seen stdout "^  input 1 \`src/a.txt\` added: $D$"
mv src/a.txt src/aa.txt
because "input 1 \`src/aa.txt\` was called \`a.txt\`, is called \`aa.txt\`$"
chmod +x src/c.txt
because "input 2 \`src/c.txt\` became executable$"
echo 2 >extra/deep/two
because "\`extra/deep/two\` added: $D$"
mkdir extra/empty
because "\`extra/empty\` added"
rm -r extra/deep/two
echo 3 >extra/deep/three
because "\`extra/deep/three\` added: $D \(and 1 more\)$"
pipec 0 why p.made
expect_seen stdout "^    extra/deep/two removed, was $D$"
sed -i 's/"-b"/"-c"/' p.pipe
because 'run\[0\] value `\$__2` changed: `-b` → `-c`$'
sed -i 's/; cat/ ; cat/' p.pipe
because 'run\[0\] script changed in line 1: '
parameters=(--colour blue)
because 'env.COLOUR changed: `red` → `blue`$'
