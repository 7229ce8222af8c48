# Without isolation a trace finds the files of the repository that a step reads behind its
# declarations, though nothing fails.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<END
build steal(src: File, spare: File) -> File { run sh"cat \${src} $PWD/hidden.txt > \${out}; : \${spare}" }
pipeline p() {
  let stolen = steal(file("a.txt"), spare = file("b.txt"))
}
END
touch a.txt b.txt hidden.txt
pipec 0 build p.stolen --trace --sandbox off --format json
expect 'what is not declared' '["hidden.txt"]' "$(json -c '[.nodes[].trace.undeclared[].path]')"
expect 'what is unused' '["b.txt"]' "$(json -c '.nodes[].trace.unused')"
expect 'the first edit' 'p.pipe:1: `steal(src: File, spare: File, hidden: File)`' "$(json -r '.nodes[].trace.undeclared[].edits[0]')"
! json -r '.nodes[].trace | .files[], .programs[]' | grep -q pipec-e2e || fail 'the scratch directory is called the machine'\''s'
