# behaviour 58
# With a cache on a disk that cannot be written the build succeeds with one warning, and nothing
# there changes.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/crash/mounts.bash"

cat >p.pipe <<'END'
build copy(src: File) -> File { run sh"(cat ${src}; echo copied) > ${out}" }
pipeline p() { let copied = copy(file("a.txt")) out copied = copied }
END
echo a >a.txt
small_disk "$XDG_CACHE_HOME/pipec" 80M
pipec 0 build p
picture() { (cd "$XDG_CACHE_HOME/pipec" && find . -printf '%p %s %m %T@\n' | LC_ALL=C sort); }
before=$(picture)
mount -o remount,ro "$XDG_CACHE_HOME/pipec"
echo b >a.txt
pipec 0 build p --format json
expect_executed p.copied
expect_warnings 1
expect_seen stderr '^warning: .*\.pipec/cache.*Read-only file system'
expect 'the output' $'b\ncopied' "$(cat .pipec/out/p/copied)"
pipec 0 build p --format json
expect_executed
expect_warnings 1
for query in 'plan p' 'why p.copied' 'log p.copied' 'list'; do
  pipec 0 $query
  expect_warnings 0
done
expect 'the cache' "$before" "$(picture)"
mount -o remount,rw "$XDG_CACHE_HOME/pipec"
echo a >a.txt
pipec 0 build p --format json
expect_executed
expect_warnings 0
