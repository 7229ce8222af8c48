# What is called like a module but is no readable file is named in a clear error, and is passed over
# in a folder.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

printf 'pipeline p() { }\n' >good.pipe
mkdir folder.pipe
mkfifo fifo.pipe
ln -s nowhere dangling.pipe
ln -s loop.pipe loop.pipe

for name in folder fifo; do
  pipec 2 check "$name.pipe"
  expect_seen stderr "\`$name.pipe\` is not a file"
done
for name in dangling loop absent; do
  pipec 2 check "$name.pipe"
  expect_seen stderr "there is no file \`$name.pipe\`"
done
pipec 0 list
expect 'the pipelines of the folder' 'good.pipe: p()' "$(cat "$work/seen/stdout")"

for name in folder fifo dangling loop absent; do
  printf 'use "./%s.pipe" as m\n' "$name" >importer.pipe
  pipec 2 check importer.pipe
  expect_seen stderr 'error.E0207'
  expect_seen stderr 'importer.pipe:1:'
done
rm importer.pipe

# Nobody may read it; root may all the same, so root becomes somebody else.
chmod 0 good.pipe
chmod 755 "$work" "$work/w"
as_somebody=()
((EUID)) || as_somebody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
code=0
"${as_somebody[@]}" "$PIPEC" check good.pipe 2>"$work/seen/stderr" || code=$?
expect 'the exit code' 4 "$code"
expect_seen stderr '`good.pipe` cannot be read: .*Permission denied'
