# behaviour 66
# A source that is made by a step from now on, and the other way round, takes one run; nothing old
# is left or used.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

rules='build make(src: File) -> File { out = "gen.txt" run sh"(cat ${src}; echo made) > ${out}" }
build use(src: File) -> File { run sh"(echo used; cat ${src}) > ${out}" }'
generated() { printf '%s\npipeline p() {\n  let gen = make(file("a.txt"))\n  let used = use(gen)\n  out gen = gen\n  out used = used\n}\n' "$rules" >p.pipe; }
from_source() { printf '%s\npipeline p() {\n  let used = use(file("gen.txt"))\n  out used = used\n}\n' "$rules" >p.pipe; }

echo a >a.txt
echo written >gen.txt
from_source
pipec 0 build p
rm gen.txt
generated
pipec 0 build p --format json
expect_executed p.gen p.used
expect 'the output' $'used\na\nmade' "$(cat .pipec/out/p/used)"
echo written again >gen.txt # nobody reads it yet
pipec 0 build p --format json
expect_executed
from_source
pipec 0 build p --format json
expect_executed p.used
expect 'the output' $'used\nwritten again' "$(cat .pipec/out/p/used)"
[[ ! -e .pipec/out/p/gen ]] || fail 'the output of the step is still there'
expect 'the source' 'written again' "$(cat gen.txt)"
rm gen.txt
generated
pipec 0 build p --format json # all of it was made before
expect_executed
printf 'a\nmade\n' >gen.txt # the same bytes, now as a source
from_source
pipec 0 build p --format json
expect_executed
