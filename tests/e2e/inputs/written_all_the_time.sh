# behaviour 25
# A file that is written all the time, while it is hashed, copied and used: no result stands for
# bytes that it is not of.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build sum_of(src: File) -> File { run sh"sha256sum < ${src} > ${out}" }
pipeline p() {
  let sum = sum_of(file("a.bin"))
  out sum = sum
}
END
for letter in a b; do
  head -c 3000000 /dev/zero | tr '\0' "$letter" >"$work/$letter"
done
# In one piece and, in place, piece by piece.
writer() {
  for (( ; ; )); do
    cp "$work/a" a.new && mv a.new a.bin
    dd if="$work/b" of=a.bin bs=100000 conv=notrunc 2>/dev/null
  done
}
cp "$work/a" a.bin
writer &
writer=$!
stop_writer() { kill "$writer" 2>/dev/null; }
at_exit+=(stop_writer)
for ((run = 0; run < 8; run++)); do
  pipec 0 build p
done
stop_writer
wait "$writer" || true
for letter in a b a b; do
  cp "$work/$letter" a.new && mv a.new a.bin
  pipec 0 build p
  expect "the sum of $letter" "$(sha256sum <a.bin)" "$(cat .pipec/out/p/sum)"
done
pipec 0 cache verify
