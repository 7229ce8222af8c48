# behaviour 77
# What runs without a change says why, too: it never ran, it failed, it is forced, its result is
# lost or refused.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build make(src: File) -> File { run sh"grep -q good ${src} && (cat ${src}; echo made) > ${out}" }
pipeline p() { let made = make(file("a.txt")) }
END
reason() { json '.nodes[] | select(.label == "p.made").reason'; }
because() { # OPTION… REASON
  pipec 0 plan p "${@:1:$#-1}"
  expect_seen stdout "^would execute *p.made: ${*: -1}$"
  pipec 0 build p --format json "${@:1:$#-1}"
  expect 'the reason' "${*: -1}" "$(reason)"
}
echo good >a.txt
because 'it has not run here before'
because --force '--force'

echo bad >a.txt
pipec 1 build p
pipec 1 build p --format json
pipec 0 plan p
expect_seen stdout '^would execute *p.made: it failed the last time$'
pipec 0 plan p --format json
expect 'what changed as well' 1 "$(json '.nodes[0].changes[]' | grep -c 'input 1 `a.txt` changed')"
sed -i 's/grep -q good/grep -q bad/' p.pipe
pipec 0 build p --format json
echo good >a.txt
sed -i 's/grep -q bad/grep -q good/' p.pipe
pipec 0 build p --format json
expect_executed

chmod -R u+w "$XDG_CACHE_HOME"
find "$XDG_CACHE_HOME/pipec/cas/blobs" -type f -delete
because 'a part of its result is lost or damaged'
sqlite3 "$XDG_CACHE_HOME/pipec/actions.db" 'DELETE FROM results'
because 'its result is no longer in the cache'
