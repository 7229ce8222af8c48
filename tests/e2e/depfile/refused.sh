# A depfile that is missing, that cannot be read, or that names what the step cannot have read fails
# the step.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'PIPE'
build write(rules: String, pool headers: Dir, other: File) -> File {
  depfile = "made/x.d"
  run sh"ls ${headers} ${other} > ${out}; mkdir made; touch local.h; if [ ${rules} ]; then printf ${rules} > made/x.d; fi"
}
pipeline p(rules: String) {
  let written = write(rules, headers = dir("include"), other = file("other.h"))
}
PIPE
mkdir include
touch include/a.h other.h

# refuse CODE PATTERN RULES
refuse() {
  pipec 1 build p --rules "$3"
  expect_seen stderr "error\\[$1\\]: $2"
  expect_seen stderr 'p\.written'
  expect_seen stderr 'help: '
  [[ ! -s .pipec/out ]] || fail 'something was kept'
}
refuse R1014 'the commands succeeded but did not write the depfile `made/x.d`' ''
refuse R1014 'the depfile `made/x.d` cannot be read: there is no rule `TARGET: PATH…` in it' '\n'
refuse R1014 'the depfile `made/x.d` cannot be read: line 2: there is no `:` after the targets' 'a: b\nc d\n'
refuse R1003 'the depfile `made/x.d` names `/home/me/x.h`, which is neither' 'x: /home/me/x.h\n'
refuse R1003 'the depfile `made/x.d` names `/x.h`, which is neither' 'x: ../x.h\n'
refuse R1003 'the depfile `made/x.d` names `/i/1/include/b.h`, and no input' 'x: /i/1/include/b.h\n'
refuse R1003 'the depfile `made/x.d` names `/i/3/other.h`, and no input' 'x: /i/3/other.h\n'
# What is the step's own, the root's, or counts anyway is passed over.
pipec 0 build p --rules 'x: local.h ./gone.h /w/local.h /tmp/cc1.s /i/2/other.h /usr/bin/env /proc/1/x \\\n ../i/1/include/a.h\n'
touch include/b.h
echo '//' >include/a.h
pipec 0 build p --rules 'x: /i/1/include/b.h\n'
