# behaviour 58
# When the workspace's own disk is full, what needs no room there succeeds with one warning; a copy
# that cannot be kept is an error that names it, and all is right once there is room again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/crash/mounts.bash"

cat >p.pipe <<'END'
build copy(src: File) -> File { run sh"(cat ${src}; echo copied) > ${out}" }
build large(src: File) -> File { run sh"cat ${src} > ${out}; head -c 300K /dev/zero >> ${out}" }
pipeline p() { let copied = copy(file("a.txt")) }
pipeline kept() { let copied = large(file("a.txt")) out large = copied }
END
echo a >a.txt
small_disk "$PWD/.pipec" 4M
fill .pipec
pipec 0 build p --format json
expect_executed p.copied
expect_warnings 1
expect_seen stderr '^warning: .*history'
pipec 0 build p --format json
expect_executed
expect_warnings 1
pipec 4 build kept
expect_seen stderr '^error: .*\.pipec/kept\.json.*No space left on device'
[[ ! -s .pipec/out/kept/large ]] || fail 'there is a part of a copy'
rm .pipec/filling
pipec 0 build kept --format json
expect_executed
expect_warnings 0
expect 'the size of the copy' $((300 * 1024 + 2)) "$(stat -c %s .pipec/out/kept/large)"
expect 'what is half-written' '' "$(find .pipec -name '.pipec-*')"

# Neither the cache nor the workspace has room: an error that says so, and nothing wrong afterwards.
small_disk "$XDG_CACHE_HOME/pipec" 4M
fill .pipec
fill "$XDG_CACHE_HOME/pipec"
echo b >a.txt
pipec 4 build kept
expect_seen stderr '^error: .*No space left on device'
rm .pipec/filling "$XDG_CACHE_HOME/pipec/filling"
pipec 0 build kept
expect_warnings 0
expect 'the copy' b "$(head -c 1 .pipec/out/kept/large)"
