# behaviour 58
# With a cache folder that cannot be written, or a full disk under it, the build succeeds with one
# warning.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

: >"$work/a_file"
pipec 0 build p --cache-dir "$work/a_file/cache"
expect 'the output' one "$(seen)"
expect 'the number of warnings' 1 "$(grep -c '^warning' "$work/seen/stderr")"
