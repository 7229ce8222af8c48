# behaviour 57
# A kept copy whose content is damaged in the store is made again by the run that has to restore it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/outputs/kept.bash"

pipec 0 build p
before=$(find .pipec/out/p -type f -exec cksum {} + | sort)
chmod -R u+w "$XDG_CACHE_HOME" .pipec/out && rm -r .pipec/out
find "$XDG_CACHE_HOME/pipec/cas/blobs" -type f -size +0 -exec sh -c 'for f; do head -c 3 "$f" | grep -q pip || echo x >>"$f"; done' sh {} +
pipec 0 build p --format json
[[ $(json .counts.executed) -gt 0 ]] || fail 'nothing was executed'
expect 'the copies' "$before" "$(find .pipec/out/p -type f -exec cksum {} + | sort)"
pipec 0 build p --fail-on-miss
