# Where the limits of the cache come from, in which order, and what is no limit.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

limits() { printf '%s %s' "$(json .max_bytes)" "$(json .max_age_s)"; }
pipec 0 cache stats --format json
expect 'the schema' pipec.cache-stats/1 "$(json .schema)"
expect 'the default' '21474836480 2592000' "$(limits)"
expect 'the blobs of a cache that is not there' 0 "$(json .blobs)"
echo '{"cache": {"size": "5GB", "age": "12h"}}' >.pipec/config.json
pipec 0 cache stats --format json
expect 'what the configuration says' '5000000000 43200' "$(limits)"
PIPEC_CACHE_SIZE=1KiB PIPEC_CACHE_AGE=none pipec 0 cache stats --format json
expect 'what the environment says' '1024 null' "$(limits)"
PIPEC_CACHE_SIZE=1KiB pipec 0 cache stats --format json --max-size none --max-age 2d
expect 'what the options say' 'null 172800' "$(limits)"

for size in 5XB -1 '' 99999999999999TB none5; do
  pipec 2 cache gc --max-size "$size"
  expect_seen stderr 'is no size; write 500MB, 20GiB or none'
done
pipec 2 cache gc --max-age soon
expect_seen stderr '`soon` is no age; write 12h, 30d or none'
echo '{"cache": {"size": 5}}' >.pipec/config.json
pipec 2 build p
expect_seen stderr '`cache.size` must be a string'
echo '{"cache": {"sice": "5GB"}}' >.pipec/config.json
pipec 2 build p
expect_seen stderr '`cache` must be'
rm .pipec/config.json
pipec 2 cache
expect_seen stderr 'wants one of stats, gc, verify and clear'
pipec 2 cache shrink

pipec 0 build p
pipec 0 cache stats
expect_seen stdout "^  content     $(blobs) blobs, "
expect_seen stdout "^  used by     $PWD, 20"
