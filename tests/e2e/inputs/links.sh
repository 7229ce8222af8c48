# behaviour 27
# An input that is a link follows it; pointed elsewhere it counts; circles and links to a parent are
# errors.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

echo two >b.txt
ln -sf b.txt link.txt
sed -i 's/file("a.txt")/file("link.txt")/' p.pipe
pipec 0 build p
expect 'the output' two "$(seen)"
ln -sf a.txt link.txt
pipec 0 build p --format json
expect_executed p.seen
expect 'the output' one "$(seen)"

ln -sf link.txt other.txt
ln -sf other.txt link.txt
pipec 2 build p
expect_seen stderr 'link\.txt'

mkdir folder
ln -s .. folder/up
cat >p.pipe <<'END'
build look(src: Dir) -> File { run sh"ls -a ${src} > ${out}" }
pipeline p() { let seen = look(dir("folder")) }
END
pipec 0 build p
ln -sfn . folder/up
pipec 0 build p --format json
expect_executed p.seen
