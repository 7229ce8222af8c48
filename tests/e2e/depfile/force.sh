# `--force` executes although every header is known, and leaves results that the next run uses.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

pipec 0 build p
pipec 0 build p --force --format json
expect_executed p.one p.two p.app
expect 'the reason' --force "$(json '.nodes[] | select(.label == "p.one").reason')"
pipec 0 build p --format json
expect_executed
