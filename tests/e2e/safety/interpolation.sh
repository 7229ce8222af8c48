# behaviour 84
# An interpolated value never adds a word, an option separator or a command to a shell line.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build show(value: String, src: File) -> File {
  out = "shown.txt"
  run sh"""
    for word in ${value} "in ${value} quotes" 'single ${value}' pre${value}post "$(printf '%s' ${value})"; do
      printf '<%s>' "$word"
    done > ${out}
    cat ${src} >> ${out}
    """
}
pipeline p(value: String) {
  let shown = show(value, src = file("-n $(touch pwned) 'q'.txt"))
  out shown = shown
}
END
: >"-n \$(touch pwned) 'q'.txt"
for value in 'a b' '$(touch pwned)' '`touch pwned`' "'; touch pwned; '" '"; touch pwned; "' '*' '$HOME' $'line\nbreak' '\' '&& false' '-rf' ''; do
  pipec 0 build p --value="$value"
  expect "the words made of [$value]" \
    "<$value><in $value quotes><single $value><pre${value}post><$value>" "$(cat .pipec/out/p/shown)"
done
[[ ! -e pwned ]] || fail 'a value was executed'
