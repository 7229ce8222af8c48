# behaviour 89
# Text of steps, tests, file names and people acts neither on a terminal nor in a log: colours of a
# step are all that stays.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

# OSC 52, erasing, a device control string, U+009B, the byte 9B, U+202E, U+200B, a tag, a backspace.
evil=$'\e]52;c;ZWNobw==\a\e[2K\ePq#0\e\\\u009b2J\u202e\u200b\U000e0041\b'
[[ $evil == *$'\xc2\x9b'* ]] || fail 'this scenario needs a UTF-8 locale'

# acts FILE: what of it would act on who reads it, in hexadecimal; the colours of a step, and what a
# terminal adds, are left out.
acts() {
  LC_ALL=C sed -E $'s/\e\\[[0-9;]*m//g; s/\r$//' "$1" |
    { LC_ALL=C grep -aoP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|(?<![\xc2-\xf4])(?<![\xe1-\xf4][\x80-\xbf])(?<![\xf0-\xf4][\x80-\xbf]{2})[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xf3\xa0[\x80-\x81].' || true; } | od -An -tx1
}
expect_harmless() { expect "what acts in the $2" '' "$(acts "$1")"; }
# on_terminal ARG…: what pipec shows on one.
on_terminal() {
  local words=''
  printf -v words '%q ' "$PIPEC" "$@"
  SHELL=/bin/bash TERM=xterm NO_COLOR='' script -qec "$words" /dev/null >"$work/terminal" 2>&1 </dev/null || true
}

printf '%s' "$evil" >evil
mkdir reports
cat >"reports/a${evil//\//}.xml" <<END
<testsuite name="s"><testcase name="n&#x202E;&#x9B;2J" classname="c&#x1B;[2K"><failure message="m&#x9B;&#x1B;]52;c;x&#7;">x&#x202E;</failure></testcase></testsuite>
END
cat >p.pipe <<'END'
test checked(subject report_of: File, said: File) proves Tested {
  run sh"""
    cp ${report_of} ${report}/junit.xml
    cat ${said}; printf '\033[31mred\033[0m \033[8mhidden\033[m '; printf '\033'; printf ']0;a title\007\n'
    printf 'half\rwhole\n'; cat ${said} >&2; exit 1
    """
}
build word(text: String, said: File) -> File { run sh"cat ${said}; echo ${text} > ${out}" }
approve gate(subject page: File) proves Approved { message = "good?" }
environment Live requires Approved { paths = ["WORK"] }
deploy put(subject page: File) { run sh"cat ${page} >&2" }
pipeline tests() { let cases = [for f in glob("reports/*.xml") => f.stem: checked(f, said = file("evil"))] }
pipeline p(text: String) {
  let made = word(text, said = file("evil"))
  stage ship { let approved = gate(made) let live = put(approved, to = Live) }
}
END

sed -i "s|WORK|$work|" p.pipe

pipec 1 build tests --progress plain
expect_harmless "$work/seen/stderr" 'talk of a build'
expect_seen stderr '\\x1B\]52;c;ZWNobw==\\x07'
expect_seen stderr '\\u\{202E\}\\u\{200B\}\\u\{E0041\}'
expect_seen stderr '^half$'
expect_seen stderr '^whole$'
on_terminal build tests --progress plain --color always
expect_harmless "$work/terminal" 'build on a terminal'
grep -qF $'\e[31mred\e[0m' "$work/terminal" || fail 'the colours of a step are gone'
! grep -qF $'\e[8m' "$work/terminal" || fail 'a step hides text'
on_terminal build tests --progress plain --color never
! grep -qF $'\e' "$work/terminal" || fail 'there are sequences without colours'
on_terminal build tests
! grep -aqF $'\e]' "$work/terminal" || fail 'a step talks to the terminal'

# A log is data where nobody looks on.
label=$("$PIPEC" list tests --format json | jq -r '.pipelines[].nodes[].label')
on_terminal log "$label" --color never
expect_harmless "$work/terminal" 'log on a terminal'
pipec 1 build tests --format json
json '.nodes[] | select(.kind == "test") | .label' >label
expect_harmless "$work/seen/stdout" 'JSON document'
[[ $(cat label) == *"$evil" || $(cat label) == *"$evil"* ]] || fail 'a label is not what it is in JSON'
pipec 0 log "$label"
grep -qF "$evil" "$work/seen/stdout" || fail 'the log is not what the step has printed'
for query in 'tests tests' 'tests --slow' 'list' 'executions' 'why' 'plan tests'; do
  # shellcheck disable=SC2086
  if [[ $query == why ]]; then pipec 0 why "$label"; else pipec 0 $query; fi
  expect_harmless "$work/seen/stdout" "data of $query"
  expect_harmless "$work/seen/stderr" "talk of $query"
done
pipec 1 build tests --junit junit.xml --events events.json --progress json
python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("junit.xml")' || fail 'the JUnit file is not well-formed'
for file in junit.xml events.json "$work/seen/stderr"; do expect_harmless "$file" "$file"; done

# What people write.
pipec 3 build p --text "$evil"
expect_harmless "$work/seen/stderr" 'talk about a value'
pipec 0 approve p.ship.approved --comment "$evil"
expect_harmless "$work/seen/stderr" 'talk of approve'
pipec 0 build p --text "$evil" -v
expect_harmless "$work/seen/stderr" 'talk about an approval'
pipec 0 freeze Live --reason "$evil"
expect_harmless "$work/seen/stderr" 'talk of freeze'
pipec 3 build p --text "more$evil"
pipec 0 approve p.ship.approved --comment "$evil"
pipec 3 build p --text "more$evil"
expect_seen stderr 'is frozen by .*\\x1B\]52'
expect_harmless "$work/seen/stderr" 'talk about a freeze'
id=$("$PIPEC" executions --format json | jq -r '.executions[0].id')
for query in envs executions 'history Live' "show $id" 'why p.made'; do
  # shellcheck disable=SC2086
  pipec 0 $query
  expect_harmless "$work/seen/stdout" "data of $query"
done
pipec 0 unfreeze Live
expect_seen stderr 'had frozen .*\\x1B\]52'
expect_harmless "$work/seen/stderr" 'talk of unfreeze'

# refused ARG…: an error that names what is wrong.
refused() {
  local code=0
  "$PIPEC" "$@" >"$work/seen/stdout" 2>"$work/seen/stderr" </dev/null || code=$?
  [[ $code != 0 ]] || fail 'that cannot be right'
  expect_harmless "$work/seen/stderr" "error of $1"
  ! grep -q '^pipec: 9' "$work/seen/stderr" || fail 'a name passes for the last line'
}
refused build "p$evil"$'\npipec: 9 executed'
refused check "no$evil.pipe"
refused "build$evil"
refused log "p.made[$evil]"
refused freeze "$evil"
refused build p --text x --timeout "$evil"
refused build p --text x --state-dir "p.pipe/$evil"
