# behaviour 39
# Mode bits and links in outputs come back exactly.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/outputs/kept.bash"

shape() { (cd .pipec/out/p/tree && find . -printf '%p %y %#m %l\n' | LC_ALL=C sort); }
pipec 0 build p
before=$(shape)
grep -q '^./b.txt f 0755 $' <<<"$before" || fail "the executable file is: $before"
grep -q '^./link l 0777 b.txt$' <<<"$before" || fail "the link is: $before"
chmod -R u+w .pipec/out && rm -r .pipec/out
pipec 0 build p --format json
expect_executed
expect 'the restored folder' "$before" "$(shape)"
