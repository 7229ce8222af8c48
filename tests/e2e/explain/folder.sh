# Of a folder that changed, `why` names the files.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build pack(src: Dir) -> File { run sh"ls -R ${src} > ${out}" }
pipeline p() { let packed = pack(dir("src")) }
END
mkdir -p src/deep
echo 1 >src/deep/edited
echo 2 >src/removed
echo 3 >src/script
pipec 0 build p
echo 2 >src/deep/edited
rm src/removed
echo 3 >src/added
chmod +x src/script
pipec 0 build p
pipec 0 why p.packed
expect_seen stdout '`src` changed'
expect_seen stdout '^    src/added added: [0-9a-f]{12}$'
expect_seen stdout '^    src/deep/edited changed: [0-9a-f]{12} → [0-9a-f]{12}$'
expect_seen stdout '^    src/removed removed, was [0-9a-f]{12}$'
expect_seen stdout '^    src/script became executable$'
expect 'the number of files' 4 "$(grep -c '^    ' "$work/seen/stdout")"
