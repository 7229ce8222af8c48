# behaviour 56
# A result whose content is gone from the store is a miss, and is made again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

chmod +x a.txt # what the step makes is then not what the file has
pipec 0 build p
seen=$(seen)
chmod -R u+w "$XDG_CACHE_HOME" .pipec/out && rm -r .pipec/out
find "$XDG_CACHE_HOME/pipec/cas" -type f -delete
pipec 0 build p --format json
expect_executed p.seen
expect 'the output' "$seen" "$(seen)"
pipec 0 build p --format json
expect_executed
