# behaviour 33
# A restored directory holds no extra file.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/outputs/kept.bash"

pipec 0 build p

chmod -R u+w .pipec/out/p/tree
mkdir .pipec/out/p/tree/mine
echo x >.pipec/out/p/tree/mine/x
echo x >.pipec/out/p/tree/sub/x
pipec 0 build p
expect 'the files' "$(printf '%s\n' b.txt link sub/a.txt)" \
  "$(cd .pipec/out/p/tree && find . ! -type d | sed 's|^./||' | sort)"
[[ ! -e .pipec/out/p/tree/mine ]] || fail 'the extra folder is still there'
