# behaviour 37
# What a step writes beside its outputs is told of, with the step, the path and the declaration that
# is missing; scratch files are its own affair.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# make SCRIPT: a step with this script.
make() {
  cat >p.pipe <<END
build compile(src: File) -> File {
  out = "lib/unit.o"
  run sh"cp \${src} \${out}; $1"
}
pipeline p() {
  let unit = compile(file("a.txt"))
  out unit = unit
}
END
}
echo a >a.txt

# A warning, told when it is written and never again: the result is whole.
make 'echo > ${out}.d; mkdir /o/more; echo > /o/more/x; ln -s x /o/lib/link'
pipec 0 build p
expect_seen stderr '^warning: `p\.unit` wrote `/o/lib/link`, `/o/lib/unit\.o\.d`, `/o/more`, which no output declares'
expect_seen stderr 'Declare it in `compile` \(p\.pipe:3\), `-> \(out: File, link: File\)` and `out link = "lib/link"`'
pipec 0 build p
! grep -q warning "$work/seen/stderr" || fail 'told of it again'

# The declaration that is proposed is the right one.
sed -i 's|-> File|-> (out: File, unit_o: File)|; s|^  out = .*|&\n  out unit_o = "lib/unit.o.d"|; s|= unit$|= unit.out|' p.pipe
make_it_one='s|; mkdir.*"|"|'
sed -i "$make_it_one" p.pipe
pipec 0 build p
! grep -q warning "$work/seen/stderr" || fail 'told of a declared output'

# In the working directory and in /tmp anything goes.
make 'echo > scratch; mkdir -p deep/er; echo > /tmp/x; echo > $HOME/y'
pipec 0 build p
! grep -q warning "$work/seen/stderr" || fail 'told of a scratch file'

# If the output itself is missing, what was made instead is named.
make 'rm ${out}; echo > /o/unit.o'
pipec 1 build p
expect_seen stderr '^error\[R1001\].*`out`.*they made `/o/unit\.o`'
! grep -q ^warning "$work/seen/stderr" || fail 'told of it twice'
