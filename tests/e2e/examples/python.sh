# examples/python: a wheel is built and its files of tests run one by one, and an edit reaches what
# its README says.
example=python
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/examples/example.bash"

test_of() { printf "romans.test.cells[%s]\n" "$@"; }

pipec 0 check --strict
build 0
expect_executed romans.built romans.test.cells[test_{cli,numerals}]
first=$(json '.nodes[] | select(.label == "romans.built").outputs[0].digest')
build 0
expect_executed
build 0 python.pipe:romans.built --force
expect_executed romans.built
expect 'the wheel, built again' "$first" "$(json '.nodes[] | select(.label == "romans.built").outputs[0].digest')"

pipec 0 get 'romans.test.cells[test_cli]' --report -o results
grep -q 'tests="3"' results/junit.xml || fail 'the report does not say that three tests ran'

edit README.md '1s/$/, of Roman numerals/'
build 0
expect_executed

edit tests/test_cli.py '1s/it is/we have it/'
build 0
expect_executed "$(test_of test_cli)"

printf 'import romans\n\n\ndef test_one():\n    assert romans.write(1) == "I"\n' >tests/test_more.py
build 0
expect_executed "$(test_of test_more)"

edit tests/conftest.py '1s/tests/test files/'
build 0
mapfile -t tests < <(test_of test_{cli,more,numerals})
expect_executed "${tests[@]}"

# A new version, and new sources: both are new content of the wheel.
build 0 --release 0.2.0
expect_executed romans.built "${tests[@]}"
expect 'what is handed out' romans-0.2.0-py3-none-any.whl "$(ls .pipec/out/romans/dist)"

before=$(sha256sum .pipec/out/romans/dist/*)
edit src/romans/numerals.py 's/(4, "IV")/(4, "IIII")/'
build 1 --keep-going --release 0.2.0
expect_executed romans.built "${tests[@]}"
expect 'the tests of the numerals' failed "$(state "$(test_of test_numerals)")"
expect 'the tests of the command' failed "$(state "$(test_of test_cli)")"
expect 'the test of one numeral' succeeded "$(state "$(test_of test_more)")"
expect 'what is handed out' "$before" "$(sha256sum .pipec/out/romans/dist/*)"
