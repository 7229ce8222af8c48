# Brackets and `else if` may be nested 256 deep; one more is an error that says so, and never a
# crash.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "$PIPEC_SOURCE_DIR/tests/e2e/robust/generated.bash"

# nest DEPTH OPENING MIDDLE CLOSING: a program with that expression.
nest() {
  printf 'let x = %s%s%s\npipeline p() { assert true, "${x}" }\n' "$(repeat "$1" "$2")" "$3" "$(repeat "$1" "$4")" >p.pipe
}

forms=(
  '( 1 )'
  'if␣true␣{ 1 }␣else␣{␣2␣}'
  '"${ 1 }"'
  'if␣true␣{␣1␣}␣else␣ {␣2␣}'
  'match␣1␣{␣_␣=>␣ 2 ␣}'
)
for form in "${forms[@]}"; do
  read -r opening middle closing <<<"$form"
  # The last but one chains `else if`, and closes nothing.
  opening=${opening//␣/ } middle=${middle//␣/ } closing=${closing//␣/ }
  nest 256 "$opening" "$middle" "$closing"
  pipec 0 check p.pipe
  nest 257 "$opening" "$middle" "$closing"
  pipec 2 check p.pipe
  expect_seen stderr 'E0011.*nested deeper than 256'
  nest 100000 "$opening" "$middle" "$closing"
  pipec 2 check p.pipe
  expect_seen stderr 'E0011.*nested deeper than 256'
done

printf 'let x = %s%s.flatten().len\n' "$(repeat 256 '[')" "$(repeat 256 ']')" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'error.E0412'
printf 'let x = %s%s\n' "$(repeat 257 '[')" "$(repeat 257 ']')" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'E0011.*nested deeper than 256'
printf 'let x: %sInt%s = []\n' "$(repeat 257 'List<')" "$(repeat 257 '>')" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'E0011'

printf 'let x = a%s\n' "$(repeat 100000 .b)" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'E0011.*nested too deep; split it with `let`'
printf 'let x = 1%s\n' "$(repeat 100000 ' + 1')" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'E0011.*nested too deep; split it with `let`'
