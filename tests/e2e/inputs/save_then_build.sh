# behaviour 82
# A file saved while a build runs is seen by the next one, though it was saved right before it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/copies.bash"

pipec 0 build p
for ((i = 0; i < 20; i++)); do
  # As editors do: a new file in place of the old one, or the old one written again.
  if ((i % 2)); then
    echo "edit $i" >a.tmp && mv a.tmp a.txt
  else
    echo "edit $i" >a.txt
  fi
  pipec 0 build p
  expect 'the output' "edit $i" "$(seen)"
done
