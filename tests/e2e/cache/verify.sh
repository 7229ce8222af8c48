# `pipec cache verify` finds a flipped bit, a cut and a missing blob and a stray file, and repairs
# them if asked.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"

head -c 100000 /dev/zero | tr '\0' a >a.txt
pipec 0 build p --format json
one=$(digest p.one) two=$(digest p.two)
pipec 0 cache verify
expect_seen stdout ': 0 problems$'
source=$(find "$cache/cas/blobs" -size 100000c)
chmod u+w "$source" "$(blob "$one")"
printf 'b' | dd of="$(blob "$one")" bs=1 seek=5000 conv=notrunc status=none
: >"$source"
rm -f "$(blob "$two")"
echo mine >"$cache/cas/blobs/notes"
pipec 1 cache verify
expect_seen stdout "^cas/blobs/${one:7:2}/${one:9} is damaged: its content is not what its name says$"
expect_seen stdout "^${source#"$cache/"} is cut short$"
expect_seen stdout '^cas/blobs/notes is nothing of pipec.s$'
expect_seen stdout '^the result [0-9a-f]{12} of execution [0-9a-z]{12} has lost content$'
expect_seen stdout ': 4 problems; `pipec cache verify --repair`'
[[ -e $(blob "$one") ]] || fail 'looking has removed something'

pipec 0 cache verify --repair --format json
expect 'the problems' $'cut-blob\ndamaged-blob\nlost-content\nlost-content\nstray-file' "$(json '.problems[].kind' | sort)"
expect 'those that are repaired' true "$(json '[.problems[].repaired] | all')"
pipec 0 cache verify
pipec 0 build p --format json
expect_executed p.one p.two
expect 'the output' "$(cat a.txt)"$'first' "$(cat .pipec/out/p/two/deep/copy)"
