# `fmt` rewrites what is not in the one style, leaves the rest alone, and says how many of each.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir -p ci/deep .git .pipec node_modules/package elsewhere
printf 'let  x=1\r\n' >a.pipe
printf 'let x = 1\n' >formatted.pipe
cp a.pipe ci/deep/b.pipe
cp a.pipe .git/c.pipe
cp a.pipe .pipec/d.pipe
cp a.pipe node_modules/package/e.pipe
cp a.pipe elsewhere/real.txt
ln -s ../elsewhere/real.txt ci/link.pipe
printf 'let x = (\n' >broken.pipe
chmod 640 a.pipe
touch --date=2020-01-01 formatted.pipe broken.pipe

# --check and --diff write nothing.
before=$(sha256sum a.pipe ci/deep/b.pipe)
pipec 2 fmt --check
expect 'the files named' $'a.pipe\nci/deep/b.pipe' "$(<"$work/seen/stdout")"
expect_seen stderr '^error\[E0101\]: '
expect_seen stderr '^  --> broken.pipe:'
expect_last '^pipec: 2 files would be reformatted, 1 file already formatted, 1 file with errors, not formatted$'
pipec 1 fmt --check ci
pipec 0 fmt --check formatted.pipe
pipec 1 fmt --diff a.pipe
expect_seen stdout '^--- a.pipe$'
expect_seen stdout '^\+let x = 1$'
expect 'what --check left' "$before" "$(sha256sum a.pipe ci/deep/b.pipe)"

# A file with errors is shown and left alone, and the others are formatted.
pipec 2 fmt
expect_last '^pipec: 2 files reformatted, 1 file left unchanged, 1 file with errors, not formatted$'
expect 'a.pipe' 'let x = 1' "$(<a.pipe)"
expect 'ci/deep/b.pipe' 'let x = 1' "$(<ci/deep/b.pipe)"
expect 'broken.pipe' 'let x = (' "$(<broken.pipe)"
expect 'the mode of a.pipe' 640 "$(stat --format=%a a.pipe)"
for file in formatted.pipe broken.pipe; do
  expect "the time of $file" 2020 "$(date --reference=$file +%Y)"
done
for file in .git/c.pipe .pipec/d.pipe node_modules/package/e.pipe elsewhere/real.txt; do
  expect "$file" $'let  x=1\r' "$(<"$file")"
done
expect 'what is left beside them' '' "$(find . -name '*pipec-fmt*')"

# A file that is named is formatted whatever it is called, and behind a link, too.
pipec 0 fmt ci/link.pipe
[[ -L ci/link.pipe ]] || fail 'the link is gone'
expect 'the file behind the link' 'let x = 1' "$(<elsewhere/real.txt)"

pipec 0 fmt ci ci/deep/b.pipe
expect_last '^pipec: 1 file left unchanged$'
pipec 2 fmt nothing.pipe
expect_seen stderr 'there is no file or folder `nothing.pipe`'
pipec 2 fmt elsewhere
expect_seen stderr 'there is no `.pipe` file below `elsewhere`'
