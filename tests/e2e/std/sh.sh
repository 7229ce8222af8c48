# std.sh: archives of the same content are the same bytes, and come apart again; scripts and outputs
# are cached by what they use.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
use std.sh
build shuffled(src: Dir) -> Dir {
  run sh"""
    cd ${src}
    find . -type f | sort -r | while read -r file; do
      mkdir -p ${out}/"$(dirname "$file")"
      cat "$file" > ${out}/"$file"
      touch -d 2020-02-02 ${out}/"$file"
    done
    """
}
pipeline pack(name: String = "x") {
  let src   = dir("src")
  let same  = shuffled(src)
  let packs = [for s in [src, same] => [for n in ["a.tar", "a.tar.gz", "a.tar.xz", "a.tar.zst"] => sh.tar(s, name = n, prefix = "x-1")]]
  let zips  = [for s in [src, same] => sh.zip(s, name = "a.zip")]
  out packs = packs.flatten() + zips
  out back  = [for p in packs[0] => sh.unpack(p, strip = true)] + [sh.unpack(zips[0])]
}
pipeline all_of(word: String = "x") {
  let made  = sh.script(file("make.sh"), args = [word, "${file("src/a.txt")}"], work = dir("src"))
  let lines = sh.output(sh"""
    echo ${word}
    cat ${dir("src").file("sub/b c.txt")}
    """, name = "lines.txt")
  let both  = sh.concat([lines, file("src/a.txt")], name = "both.txt")
  let sums  = sh.checksums(dir("src"))
  out made  = made
  out both  = both
  out sums  = sums
}
pipeline broken() {
  let no_folder = sh.unpack(sh.tar(dir("src"), name = "b.tar"), strip = true)
}
pipeline failing() {
  let half = sh.output(sh"""
    echo begun
    cat /no/such/file
    echo ended
    """)
}
END
mkdir -p src/sub
echo a >src/a.txt
echo 'b c' >'src/sub/b c.txt'
echo 'cp "$2" "$OUT/$1"; ls > "$OUT/listing"; echo x > own' >make.sh

pipec 0 build pack
mapfile -t sums < <(cd .pipec/out/pack/packs && find . -type f | sort | xargs sha256sum | cut -d' ' -f1)
expect 'the archives' 10 "${#sums[@]}"
expect 'different archives' 5 "$(printf '%s\n' "${sums[@]}" | sort -u | wc -l)"
first=$(find .pipec/out/pack/packs -type f | sort | head -n 1)
expect 'what is in the archive' "$(printf '%s\n' 'drwxr-xr-x 0/0 x-1/' '-rw-r--r-- 0/0 x-1/a.txt' 'drwxr-xr-x 0/0 x-1/sub/' '-rw-r--r-- 0/0 x-1/sub/b c.txt' | sed 's| x-1| 2000-01-01 00:00 x-1|')" \
  "$(TZ=UTC0 tar --list --verbose --numeric-owner --file "$first" | sed -E 's/ +[0-9]+ 2000/ 2000/')"
for back in .pipec/out/pack/back/*; do
  diff -r src "$back" || fail "$back is not what was packed"
done
touch -d 2001-01-01 src/a.txt
pipec 0 build pack --format json
expect_executed

pipec 0 build all_of --format json
expect_executed all_of.made all_of.lines all_of.both all_of.sums
expect 'what the script saw' "$(printf '%s\n' a.txt sub)" "$(cat .pipec/out/all_of/made/listing)"
expect 'the lines' "$(printf '%s\n' x 'b c' a)" "$(cat .pipec/out/all_of/both)"
(cd src && sha256sum --quiet --check ../.pipec/out/all_of/sums) || fail 'the checksums are wrong'
pipec 0 build all_of --format json
expect_executed
pipec 0 build all_of --word y --format json
expect_executed all_of.made all_of.lines all_of.both

pipec 1 build broken
expect_seen stderr 'not everything in the archive is in one folder'
pipec 1 build failing
expect_seen stderr '/no/such/file'
