# behaviour 28
# Every name that the file system allows works: blanks, quotes, newlines, `$`, `%`, a leading `-`,
# UTF-8, 255 bytes.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build copy(src: File) -> File { run ["cp", "--", src, out] }
build join(parts: List<File>) -> File { run sh"cat -- ${parts} > ${out}" }
build tree_of(src: Dir) -> Dir { run sh"cp -R ${src} ${out}" }
pipeline p() {
  let copies = [for f in glob("in/*") => copy(f)]
  let all    = join(glob("in/*"))
  let tree   = tree_of(dir("in"))
  out all  = all
  out tree = tree
}
END
long=$(printf 'x%.0s' {1..255})
names=('with blank' "quote'" 'double"quote' $'new\nline' $'tab\there' '$HOME' '%s%n' '-rf' '--' 'ümläut-日本' "$long"
  'back\slash' '*' '?' '[a]' '~' '#' '&' ';rm' '$(touch x)' '`id`' '!' '{a,b}' '=' 'a:b' 'a,b' '...' ' ' '.hidden' "$(printf '\001')")
mkdir in
for name in "${names[@]}"; do printf '%s\n' "$name" >"in/$name"; done
# A glob leaves out what starts with a dot only where it is not asked for.
pipec 0 build p
diff -r in .pipec/out/p/tree >/dev/null || fail 'the folder did not come back as it was'
matched=()
while IFS= read -r -d '' name; do matched+=("$name"); done < <(cd in && printf '%s\0' * .hidden '...' | LC_ALL=C sort -uz)
expect 'the joined files' "$(cd in && LC_ALL=C cat -- "${matched[@]}" | sort)" "$(sort .pipec/out/p/all)"
pipec 0 build p --format json
expect_executed
