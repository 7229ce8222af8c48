# Holes stay holes: captured, given to a step, restored, copied out, and read back when they were
# compressed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

large=$(($(df --output=size -B1 "$work" | tail -n 1) + (1 << 30)))
cat >p.pipe <<'END'
build holes() -> Dir {
  run sh"mkdir ${out}; truncate -s 600M ${out}/hole; cd ${out}; printf middle | dd of=hole bs=1 seek=300M conv=notrunc; echo end >> hole"
}
build reader(all: Dir) -> File { run sh"stat -c %s ${all}/hole > ${out}; cp --sparse=always ${all}/hole copy; tail -c 4 copy >> ${out}" }
build one(all: Dir) -> File { run sh"cp --sparse=always ${all}/hole ${out}" }
build large(size: String) -> File { run sh"truncate -s ${size} ${out}" }
pipeline p() {
  let made = holes()
  out it = made
  out read = reader(made)
  out one = one(made)
}
pipeline q() { let all = one(dir("in")) }
pipeline l(size: String) { let all = large(size) }
END
# small PATH: it takes little of the disk.
small() {
  local size
  size=$(du -sm "$1" | cut -f1)
  ((size < 20)) || fail "$1 takes $size MiB"
}
pipec 0 build p
expect 'what a reader sees' $'629145604\nend' "$(cat .pipec/out/p/read)"
expect 'the middle' middle "$(dd if=.pipec/out/p/it/hole bs=1 skip=300M count=6 status=none)"
cmp .pipec/out/p/it/hole .pipec/out/p/one
for path in .pipec/out "$cache"; do small "$path"; done
pipec 0 get p.made -o got
small got
cmp got/hole .pipec/out/p/one

# From a frame there are no holes to be seen, only zeros.
rm -r .pipec/out "$cache/cas/trees"
age 2
pipec 0 cache gc
pipec 0 build p
cmp got/hole .pipec/out/p/it/hole
for path in .pipec/out "$cache"; do small "$path"; done
pipec 0 cache stats --format json
(($(json .bytes) < 20 << 20)) || fail "the account of the cache has $(json .bytes) bytes"

# In the repository, and where steps get copies.
mkdir in && cp --sparse=always got/hole in/hole
pipec 0 build q --sandbox off
small "$cache"

pipec 1 build l --size "$large"
expect_seen stderr 'error\[R1030\]: the commands made a file that is too large: .*, and the whole disk that it is on has '
