# behaviour 21
# A header that the depfile names executes the steps that read it, and no others; one that nobody
# reads executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

pipec 0 build p --format json
expect_executed p.one p.two p.app
expect_exit 12
pipec 0 build p --format json
expect_executed

echo '#define UNUSED 2' >include/unused.h
pipec 0 build p --fail-on-miss --format json
expect_executed

echo '#define VALUE 3' >include/deep/value.h
pipec 0 plan p --format json
expect 'what would execute' "$(printf '%s\n' p.one p.app)" \
  "$(json '.nodes[] | select(.kind != "tree" and .would == "succeeded").label')"
pipec 1 build p --fail-on-miss
expect_seen stderr '`include/deep/value.h` changed'
pipec 0 build p --format json
expect_executed p.one p.app
expect_exit 32
expect 'the reason' 1 "$(json '.nodes[] | select(.label == "p.one").reason' | grep -Ec '^`include/deep/value.h` changed: [0-9a-f]{12} → [0-9a-f]{12}$')"
