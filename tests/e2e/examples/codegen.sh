# behaviour 64
# examples/codegen: generated sources are compiled in the same run, and an edit reaches what its
# README says.
example=codegen
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/examples/example.bash"

object() { printf 'codegen.objects[%s.cc]\n' "$@"; }

pipec 0 check --strict
build 0
expect_executed codegen.{gen,records,main,program} $(object colour point) codegen.test.{tested,list}
expect 'what the program says' 'point 3,4 in red' "$(.pipec/out/codegen/bin/draw)"
expect 'the index' $'colour.h\npoint.h' "$(cat .pipec/out/codegen/list)"
build 0
expect_executed

edit schema/point.schema '1s/paper/sheet of paper/'
build 0
expect_executed codegen.gen

edit schema/point.schema 's/^int y/long y/'
build 0
expect_executed codegen.{gen,records,main,program} $(object point) codegen.test.{tested,list}

printf 'int width\n' >schema/line.schema
build 0
expect_executed codegen.{gen,records,main,program} $(object colour line point) codegen.test.list
expect 'the index' $'colour.h\nline.h\npoint.h' "$(cat .pipec/out/codegen/list)"

rm schema/line.schema
build 0
expect_executed
expect 'the index' $'colour.h\npoint.h' "$(cat .pipec/out/codegen/list)"

echo int >>schema/point.schema
build 1
expect_executed codegen.gen
pipec 0 log codegen.gen
expect_seen stderr 'point.schema: 4: a field is `type name`, not `int`'

edit codegen.pipe 's/^  let records/  assert objects.len > 0, "there are schemas"\n&/'
pipec 2 check
expect_seen stderr 'E0501'
