# What nobody has used for a day is compressed, which nobody sees but the disk.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

cat >p.pipe <<'END'
build text(src: File) -> File { run sh"seq 1 200000 > ${out}; cat ${src} >> ${out}; seq 1 20000" }
build noise(src: File) -> File { run sh"head -c 300000 /dev/urandom > ${out}" }
build program(src: File) -> File { run sh"(echo '#!/bin/sh'; seq -f '# %g' 1 10000; echo echo ran) > ${out}; chmod +x ${out}" }
build both(a: File, b: File, c: File) -> File { run sh"cksum ${a} ${b} > ${out}; ${c} >> ${out}" }
pipeline p() {
  let a = text(file("a.txt"))
  let b = noise(file("a.txt"))
  let c = program(file("a.txt"))
  out sums = both(a, b = b, c = c)
  out a = a
}
END
pipec 0 build p --format json
text=$(digest p.a) noise=$(digest p.b)
sums=$(cat .pipec/out/p/sums)
age 2
pipec 0 cache gc --format json
[[ $(json .compressed.blobs) -ge 3 && $(json .compressed.bytes) -gt 1000000 ]] || fail 'nothing was compressed'
[[ $(stat -c %s "$(blob "$text")") -lt 500000 ]] || fail 'the text is as large as before'
expect 'what does not compress' 300000 "$(stat -c %s "$(blob "$noise")")"
pipec 0 cache verify
pipec 0 build p --fail-on-miss --format json
expect_executed
pipec 0 log p.a
expect 'the log' "$(seq 1 20000 | cksum)" "$(cksum <"$work/seen/stdout")"

chmod -R u+w .pipec/out "$cache/cas/trees" && rm -r .pipec/out "$cache/cas/trees"
sed -i 's/cksum/cksum -- /' p.pipe
pipec 0 build p --format json
expect_executed p.sums
expect 'the sums' "$sums" "$(cat .pipec/out/p/sums)"
expect 'the copy' "$( (seq 1 200000; cat a.txt) | cksum)" "$(cksum <.pipec/out/p/a)"
