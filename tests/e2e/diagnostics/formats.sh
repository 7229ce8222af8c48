# behaviour: check gives its messages as text, JSON and SARIF, and warnings are errors if asked for
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >a.pipe <<'END'
let unused = 1
environment Staging { uri = "https://example.com" }
END
pipec 2 check a.pipe --format json
expect 'the schema' pipec.check/1 "$(json .schema)"
expect 'the edit' 'url true 37 40' \
  "$(json '.diagnostics[0].fixes[0] | "\(.edits[0].replacement) \(.automatic) \(.edits[0].begin) \(.edits[0].end)"')"

pipec 2 check a.pipe --format sarif
expect 'the version' 2.1.0 "$(json .version)"
expect 'the rule' 'E0208' "$(json '.runs[0].tool.driver.rules[0].id')"
expect 'the help' true "$(json '.runs[0].tool.driver.rules[0].help.markdown | contains("Why: ")')"
expect 'the place' 'a.pipe 2 23' "$(json '.runs[0].results[0].locations[0].physicalLocation |
  "\(.artifactLocation.uri) \(.region.startLine) \(.region.startColumn)"')"
expect 'the fix' url "$(json '.runs[0].results[0].fixes[0].artifactChanges[0].replacements[0].insertedContent.text')"

echo 'let unused = 1' >a.pipe
pipec 0 check a.pipe
expect_seen stderr 'warning\[W0904\]'
pipec 2 check a.pipe --strict
pipec 2 check a.pipe --strict --format sarif
expect 'the level' error "$(json '.runs[0].results[0].level')"
pipec 2 check a.pipe --format xml
