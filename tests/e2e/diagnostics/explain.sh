# behaviour: explain prints the page of a code, in any case, and lists all
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

pipec 0 explain e0601
expect_seen stdout '^E0601: missing evidence$'
expect_seen stdout '^Wrong:$'
expect_seen stdout '^    environment Production requires Tested$'
expect_seen stdout '^Why: '

pipec 0 explain R1001 W0904
expect_seen stdout '^R1001: '
expect_seen stdout '^W0904: '

pipec 0 explain
for code in E0001 E0804 W0906 R1001; do expect_seen stdout "^$code  "; done

pipec 0 explain E0102 --format json
expect 'the code' E0102 "$(json '.pages[0].code')"

pipec 2 explain E0061
expect_seen stderr 'there is no diagnostic `E0061`; did you mean `E0001`\?'
