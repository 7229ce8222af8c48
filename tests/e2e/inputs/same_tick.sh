# behaviour 5
# Edits that follow each other within a tick of the clock are each seen by the next run.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

for text in one two six ten one two six ten; do
  echo "$text" >a.txt
  pipec 0 build p
  expect 'the output' "$text" "$(seen)"
done
