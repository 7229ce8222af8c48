# behaviour 78
# What the last executions of any workspace made stays, however old it is; that of a workspace that
# is gone or was left for long does not.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

mkdir -p ../other/.pipec
cp p.pipe a.txt ../other
echo other >../other/a.txt
pipec 0 build p
pipec 0 build -C ../other p
for content in x y; do # an execution that failed, and one more that did not
  sed -i "s/echo first/test $content = y \&\& echo first/" ../other/p.pipe
  pipec "$([[ $content == y ]] && echo 0 || echo 1)" build -C ../other p
  sed -i "s/test $content = y && //" ../other/p.pipe
done
age 40
pipec 0 cache gc
expect_seen stdout '^removed 0 blobs'
pipec 0 build p --fail-on-miss
pipec 0 build -C ../other p --fail-on-miss

age 40
forget_workspaces
pipec 0 cache gc --format json
[[ $(json .removed.blobs) -gt 0 ]] || fail 'nothing is removed of workspaces that nobody builds in'
expect 'the blobs' 0 "$(json .blobs)"
pipec 0 build p --format json
expect_executed p.one p.two
rm -rf ../other
pipec 0 cache stats --format json
expect 'who uses the cache' "$PWD" "$(json '.workspaces[] | select(.last_use_ms > (now - 86400) * 1000).root')"
