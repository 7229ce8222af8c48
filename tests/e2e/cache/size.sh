# behaviour 78
# The cache keeps to its size: the least recently used goes first, and what is needed stays.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

cat >p.pipe <<'END'
build big(src: File) -> File { run sh"(cat ${src}; head -c 1000000 /dev/urandom) > ${out}" }
pipeline p() { let made = big(file("a.txt")) }
END
digests=()
for n in 1 2 3 4 5 6 7 8; do
  echo "$n" >a.txt
  pipec 0 build p --format json
  digests+=("$(digest p.made)")
  touch -d "-$((10 - n)) days" "$(blob "${digests[-1]}")"
done
cp /dev/null "$cache/cas/usage" # it does not know of these days yet
pipec 0 cache stats --format json
[[ $(json .bytes) -gt 7500000 ]] || fail 'the account does not know what there is'
echo 9 >a.txt
PIPEC_CACHE_SIZE=5MB pipec 0 build p
pipec 0 cache stats --format json --max-size 5MB
[[ $(json .bytes) -le 5000000 ]] || fail "$(json .bytes) bytes are left after a build"
for n in 0 1; do
  [[ ! -e $(blob "${digests[n]}") ]] || fail "what was used $((9 - n)) days ago is there, and newer content is gone"
done
for n in 5 6 7; do
  [[ -e $(blob "${digests[n]}") ]] || fail "the last executions have lost content: $n"
done
pipec 0 build p --fail-on-miss

# What is needed is more than the limit: it stays, and that is said.
pipec 0 cache gc --max-size 1MB
expect_seen stdout 'are left, more than 977 KiB: the rest is in use'
pipec 0 build p --fail-on-miss
