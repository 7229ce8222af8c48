# Content that is found lost only when it is needed is made again, through as many steps as that
# takes, once.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build make(src: File) -> Dir { run sh"mkdir ${out}; (cat ${src}; echo made) > ${out}/made" }
build change(src: File) -> File { run sh"(cat ${src}; echo changed) > ${out}" }
build use(src: File, word: String) -> File { run sh"(cat ${src}; echo ${word}) > ${out}" }
pipeline p() {
  let made    = make(file("a.txt"))
  let changed = change(made.file("made"))
  let used    = [for word in ["one", "two", "three", "four"] => use(changed, word = word)]
  let others  = [for word in ["five", "six"] => use(made.file("made"), word = word)]
  out used   = used
  out others = others
}
END
echo a >a.txt
pipec 0 build p
chmod -R u+w "$XDG_CACHE_HOME/pipec/cas" && rm -r "$XDG_CACHE_HOME/pipec/cas/trees"
damaged=0
while IFS= read -r file; do
  if grep -qx made "$file" && ! grep -qxE 'one|two|three|four|five|six' "$file"; then
    printf 'b' | dd of="$file" bs=1 seek=0 conv=notrunc status=none
    damaged=$((damaged + 1))
  fi
done < <(find "$XDG_CACHE_HOME/pipec/cas/blobs" -type f)
expect 'the number of damaged blobs' 2 "$damaged"
sed -i 's/echo ${word}) > ${out}"/echo again ${word}) > ${out}"/' p.pipe
pipec 0 build p --format json -j 4
expect_executed p.made p.changed p.used\[{0,1,2,3}\] p.others\[{0,1}\]
expect 'a reason' 'what it had made is lost or damaged' "$(json '.nodes[] | select(.label == "p.made").reason')"
expect 'an output' $'a\nmade\nchanged\nagain two' "$(cat .pipec/out/p/used/1)"
pipec 0 build p --format json
expect_executed
