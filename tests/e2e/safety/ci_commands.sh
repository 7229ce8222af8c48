# What a CI service takes for a command is none when a step, or the name of a file, has it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build say(src: File) -> File {
  run sh"""
    echo '::error file=a::planted'; printf ' \302\240::set-output name=x::y\n' >&2
    echo 'a ##[section]b ##vso[task.setvariable variable=x]y ##teamcity[x]'; echo 'std::vector ::x #heading ## more'
    cp ${src} ${out}
    """
}
pipeline p() { let said = say(file("a.txt")) }
pipeline q() { let all = [for f in glob("in/*.txt") => f.stem: say(f)] }
END
echo a >a.txt
mkdir in && echo b >'in/##[error]b.txt'
commands() { LC_ALL=C grep -aP '^[ \t]*(\xc2\xa0)?::[a-z]|##(vso|teamcity)?\[' "$1" || true; }

for service in GITHUB_ACTIONS TF_BUILD TEAMCITY_VERSION CI; do
  export "$service=true"
  pipec 0 build p q --force
  unset "$service"
  expect "commands in the log of $service" '' "$(commands "$work/seen/stderr")"
  expect_seen stderr '^\\x3A:error file=a::planted$'
  expect_seen stderr '^a \\x23#\[section\]b \\x23#vso\[task.setvariable variable=x\]y \\x23#teamcity\[x\]$'
  expect_seen stderr '^std::vector ::x #heading ## more$'
done
# A log that is read through a pipe may be that of the service, one in a file is not.
GITHUB_ACTIONS=true "$PIPEC" log p.said 2>&1 | cat >piped
expect 'commands in a log' '' "$(commands piped)"
export GITHUB_ACTIONS=true
pipec 0 log p.said
expect 'the lines of the log' 2 "$(commands "$work/seen/stdout" | wc -l)"
unset GITHUB_ACTIONS
# Elsewhere text is text.
pipec 0 build p --force
expect_seen stderr '^::error file=a::planted$'
