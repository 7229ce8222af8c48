# behaviour 57
# Content that was damaged in the store is found before it is used, and made again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build make(src: File) -> File { run sh"(cat ${src}; echo made) > ${out}" }
build use(src: File) -> File { run sh"(cat ${src}; echo used) > ${out}" }
pipeline p() {
  let made = make(file("a.txt"))
  let used = use(made)
  out used = used
}
END
echo a >a.txt
pipec 0 build p
chmod -R u+w "$XDG_CACHE_HOME/pipec/cas/trees" && rm -r "$XDG_CACHE_HOME/pipec/cas/trees" # copies that are still whole
damaged=0
while IFS= read -r file; do
  if grep -qx made "$file" && ! grep -qx used "$file"; then
    chmod u+w "$file"
    printf 'b' | dd of="$file" bs=1 seek=0 conv=notrunc status=none
    damaged=$((damaged + 1))
  fi
done < <(find "$XDG_CACHE_HOME/pipec/cas/blobs" -type f)
[[ $damaged == 1 ]] || fail "damaged $damaged files"
sed -i 's/echo used/echo used again/' p.pipe
pipec 0 build p --format json
expect_executed p.made p.used
expect 'the output' $'a\nmade\nused again' "$(cat .pipec/out/p/used)"
