# behaviour 28
# Names of headers with every character that a depfile writes in a way of its own.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

names=('a b.h' 'hash#.h' 'dollar$.h' 'colon:.h' 'colon: space.h' 'back\slash.h' '-dash.h' 'quote'\''".h' 'ümlaut.h' "$(printf '%250s' | tr ' ' n).h")
: >one.cpp
for name in "${names[@]}"; do
  [[ $name == *'"'* ]] && printf '#include <%s>\n' "$name" >>one.cpp || printf '#include "%s"\n' "$name" >>one.cpp
  : >"include/$name"
done
echo 'int two(); int main() { return two(); }' >>one.cpp
pipec 0 build p
pipec 0 build p --format json
expect_executed
for name in "${names[@]}"; do
  echo '// new' >"include/$name"
  pipec 0 build p --format json
  expect_executed p.one
done
