# behaviour 67
# A dry run lists what would execute, runs nothing and writes nothing, state included.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
echo three >a.txt
everything() { find . "$XDG_CACHE_HOME" -type f -printf '%p %s %T@\n' | sort; }
everything >"$work/before"
pipec 0 plan p --format json
expect 'what would execute' "$(printf '%s\n' p.a p.all)" \
  "$(json '.nodes[] | select(.kind != "tree" and .would == "succeeded").label' | sort)"
everything >"$work/after"
cmp "$work/before" "$work/after" || fail 'something was written'
pipec 0 plan p
expect_seen stdout 'p\.a'
expect_seen stdout 'a\.txt'
rm -rf .pipec/* "$XDG_CACHE_HOME"
pipec 0 plan p
[[ ! -e $XDG_CACHE_HOME/pipec ]] || fail 'the cache was made'
[[ -z $(ls .pipec) ]] || fail 'state was written'
