# behaviour 75
# After `pipec cache clear` an environment can still go back; after `--all`, which says so before,
# it cannot.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

cache=$XDG_CACHE_HOME/pipec
blobs() { find "$cache/cas" -path "*/blobs/*" -type f | wc -l; }

commit one; build 0
first=$(about .recorded)
commit two; build 0
pipec 0 cache clear
expect_seen stderr '` is empty but for .*: 2 releases of `Live` need it; `--all` removes that too$'
pipec 0 cache verify
pipec 0 rollback Live --to "$first"
expect 'what is live' ONE "$(live)"
pipec 0 unhold Live
build 0
expect 'what is live' TWO "$(live)"

# Kept is all that is needed, and nothing else; a second time it is the same.
mkdir "$work/other" && cd "$work/other"
echo 'build other() -> File { run sh"seq 1 1000 > ${out}" }
pipeline o() { let made = other() }' >o.pipe
pipec 0 build o
before=$(blobs)
pipec 0 cache clear
(($(blobs) < before)) || fail 'nothing was removed'
kept=$(blobs)
pipec 0 cache clear
expect 'the number of blobs' "$kept" "$(blobs)"
cd "$work/w"

# It is not known what must stay: then nothing goes.
cp .pipec/state.db state
printf 'garbage' | dd of=.pipec/state.db conv=notrunc status=none
pipec 4 cache clear
expect_seen stderr '^error: nothing was removed, because it is not known what environments need to go back'
expect 'the number of blobs' "$kept" "$(blobs)"
cp state .pipec/state.db

pipec 0 cache clear --all
expect_seen stderr '^warning: content goes although 2 releases of `Live` need it: until built again, none of these releases can be put back$'
expect_seen stderr '` is empty$'
expect 'the number of blobs' 0 "$(blobs)"
pipec 1 rollback Live --to "$first"
expect_seen stderr '`Live` was not rolled back: the content of its releases is no longer in the content store'
