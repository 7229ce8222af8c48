# check --format sarif writes what the official schema of SARIF 2.1.0 allows; the schema is that of
# Microsoft's npm package.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# The package has the schema with a version of its own in its name; nothing of it is run or
# installed.
(cd "$work" && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 >"$work/seen/package" 2>&1) || fail "$(cat "$work/seen/package")"
tar --extract --gzip --to-stdout --file "$work/microsoft-jest-sarif-1.0.0-beta.0.tgz" \
  package/lib/schemas/sarif-2.1.0-rtm.5.json >"$work/schema.json"

# valid: the last document has no mistake in the eyes of the schema, nor of the format's rules that
# a schema cannot say.
valid() {
  python3 - "$work/schema.json" "$work/seen/stdout" <<'END' || fail 'the log is not SARIF 2.1.0'
import json, jsonschema, sys
schema, log = (json.load(open(path)) for path in sys.argv[1:])
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
errors = list(kind(schema).iter_errors(log))
for error in errors:
    print("/".join(map(str, error.absolute_path)), error.message, file=sys.stderr)
for run in log["runs"]:
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules), "a rule is there twice"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"], result
        for location in result["locations"] + result.get("relatedLocations", []):
            region = location["physicalLocation"]["region"]
            start = (region["startLine"], region["startColumn"])
            assert start <= (region.get("endLine", start[0]), region["endColumn"]), region
sys.exit(bool(errors))
END
}

: >d.pipe
pipec 0 check --format sarif
valid
mkdir -p 'folder with blanks'
cat >'folder with blanks/ä.pipe' <<'END'
let unused = 1
let unused = 2
environment Staging { uri = "https://example.com" }
build site(src: Dir) -> Dir {
  image = node
  run sh"cp -R ${sorce} ${out} # $HOME ${HOME}"
}
test unit(app: Dir) proves Tested { run sh"ls '${app}'" }
pipeline p() { let a = site(dir("x"), dep = 1)
  stage s { let b = unit(a) } }
END
printf '# a comment\nlet x = 5m\nlet s = "a\\d\\d"\nlet t = "open\n' >b.pipe
printf 'let \xff = 1\n' >c.pipe
pipec 2 check --format sarif ...
json '.runs[0].results | length' >"$work/seen/count"
(($(cat "$work/seen/count") >= 8)) || fail 'there are few results to look at'
expect 'results with fixes' true "$(json '[.runs[0].results[] | select(.fixes)] | length > 1')"
expect 'results with other places' true "$(json '[.runs[0].results[] | select(.relatedLocations)] | length > 0')"
valid
pipec 2 check --format sarif --strict ...
valid
