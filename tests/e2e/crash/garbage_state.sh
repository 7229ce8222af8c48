# behaviour 55
# State files that are cut off, garbage, older or newer are rebuilt once; they never end a build.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

pipec 0 build p
for damage in garbage empty cut version; do
  while IFS= read -r file; do
    chmod u+w "$file"
    case $damage in
      garbage) head -c 5000 /dev/urandom >"$file" ;;
      empty) : >"$file" ;;
      cut) truncate -s $(($(stat -c %s "$file") / 2 + 1)) "$file" ;;
      version) printf '\x7f\xff\xff\xff' | dd of="$file" bs=1 seek=60 conv=notrunc status=none ;;
    esac
  done < <(find "$XDG_CACHE_HOME/pipec" .pipec -name '*.db')
  find "$XDG_CACHE_HOME/pipec" .pipec -name '*.db-*' -delete
  pipec 0 build p
  expect 'the output' one "$(seen)"
  pipec 0 build p --format json
  expect_executed
done
