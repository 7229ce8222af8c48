# behaviour 78
# What an environment runs stays, and what it may have to go back to, though nobody builds there any
# more.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

mkdir "$work/target"
cat >p.pipe <<END
environment Target { paths = ["$work/target"] }
build make(src: File) -> Dir { run sh"mkdir \${out} && cp \${src} \${out}/page" }
deploy install(subject site: Dir) { run sh"cp -r \${site}/. $work/target" }
pipeline p() {
  stage build { let site = make(file("a.txt")) }
  stage live { let there = install(site, to = Target) }
}
END
digests=()
for content in 1 2 3 4 5; do
  echo "$content" >a.txt
  pipec 0 build p --format json
  digests+=("$(digest p.build.site)")
done
expect 'what is deployed' 5 "$(cat "$work/target/page")"
age 400
forget_workspaces
rm .pipec/history.db*
pipec 0 cache gc
for index in 2 3 4; do
  [[ -e $(blob "${digests[index]}") ]] || fail "release $((index + 1)) has lost its content"
done
[[ ! -e $(blob "${digests[0]}") ]] || fail 'the oldest release is kept for ever'
pipec 0 rollback Target --to "$(sqlite3 .pipec/state.db "SELECT lower(hex(substr(release, 1, 32))) FROM log WHERE sequence = 4")"
expect 'what is deployed' 4 "$(cat "$work/target/page")"

# It is not known what must stay: then everything does.
age 400
rm "$cache/cas/usage" # also says when what must stay was last noted
before=$(blobs)
printf 'garbage' | dd of=.pipec/state.db conv=notrunc status=none
pipec 0 cache gc
expect_seen stderr 'nothing is removed from the cache, because it is not known what must stay'
expect 'the number of blobs' "$before" "$(blobs)"
