# behaviour 80
# An image that leads out of its root, or is no image, fails the step that wants it: the message
# names what is wrong, nothing outside is written, and nothing is cached.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

cat >p.pipe <<'END'
use std.oci
build use_it(img: Image) -> File {
  image = img
  run sh"true >${out}"
}
pipeline p(names: List<String>) {
  let seen = [for n in names => n: use_it(oci.layout(dir("layouts/${n}")))]
}
END
echo untouched >victim
names=() patterns=()
# trick NAME PATTERN: standard input is what comes after a shell's layer; PATTERN is in the message
# of the failure.
trick() {
  names+=("$1") patterns+=("$2")
  { printf 'layer tar\nfile bin/sh x mode=0755\n' && cat; } | layout "layouts/$1"
}
trick absolute "has \`$work/escaped\`, which is absolute" <<<"file $work/escaped x"
trick parents 'has `../../../../../escaped`, which leads out' <<<'file ../../../../../escaped x'
trick inside 'has `bin/../../escaped`, which leads out' <<<'file bin/../../escaped x'
trick hard_link "hard link to \`$PWD/victim\`" <<<"hard h $PWD/victim"
trick hard_parents 'hard link to `../victim`' <<<'hard h ../victim'
trick whiteout_of_parent 'has `.wh...`, which removes the folder around it' <<<'file .wh... ""'
trick whiteout_of_folder 'has `bin/.wh..`, which removes the folder around it' <<<'file bin/.wh.. ""'
trick root_link 'has `.`, which is not a folder in the place of the root' <<<'link . /tmp'
trick line_break 'has `a\nb`, which has a line break' <<<'file "a\nb" x'
trick garbage 'has something after the end of its archive' <<<'garbage'
trick zstd '`skopeo copy --dest-compress-format gzip' <<<$'layer zstd\nfile a x'
trick foreign 'may not be distributed' <<<$'layer application/vnd.oci.image.layer.nondistributable.v1.tar+gzip\nfile a x'
trick variable 'has `NONSENSE` among its environment variables' <<<'env NONSENSE'

for attempt in first second; do
  pipec 1 build p "${names[@]/#/--names=}" --keep-going --format json
  json '.nodes[] | select(.failure) | "\(.label) \(.failure.code) \(.failure.message)"' >"$work/failures"
  expect "the failures, the $attempt time" "${#names[@]}" "$(wc -l <"$work/failures")"
  for i in "${!names[@]}"; do
    failure=$(grep -F "p.seen[${names[i]}] R1021 " "$work/failures") || fail "${names[i]} is not refused"
    [[ $failure == *"${patterns[i]}"* ]] || fail "the message is: $failure"
    [[ $failure == *" of the image $(manifest_of "layouts/${names[i]}") "* ]] || fail "the image is not named: $failure"
  done
done
expect 'the file outside' untouched "$(cat victim)"
for place in "$work" /tmp /; do
  [[ ! -e $place/escaped ]] || fail "$place/escaped was written"
done
find "$work/cache" -name escaped >"$work/found"
expect 'what is in the cache' '' "$(cat "$work/found")"
expect 'the roots in the cache' 0 "$(roots)"
