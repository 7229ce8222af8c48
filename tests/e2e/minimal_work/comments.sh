# behaviour 12
# A comment or another layout of the .pipe file executes nothing.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
sed -i -e '1i // made by hand' -e 's/^  let /\n      let /' -e 's|^build|/// Doc.\nbuild|' p.pipe
pipec 0 build p --format json
expect_executed
