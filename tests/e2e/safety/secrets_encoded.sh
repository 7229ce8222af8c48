# behaviour 83
# The value of a secret is nowhere either where a command encodes it or breaks it into lines; what
# has it in its output fails.
# From a variable, a file or a command.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

value=hunter2-5f0c9a-zebra
encoded=$(printf 'user:%s' "$value" | base64)
mkdir target
cat >p.pipe <<'END'
source say(token: Secret) -> File {
  secrets = ["TOKEN": token]
  run sh"""
    printf 'user:%s' "$TOKEN" | base64
    printf %s "$TOKEN" | fold -w 5 >&2
    printf %s "$TOKEN" | od -An -tx1 | tr -d ' \n'
    echo done > ${out}
    """
}
source leak(token: Secret, command: String) -> Dir {
  secrets = ["TOKEN": token]
  run sh"mkdir -p ${out}/sub; cd ${out}/sub; sh -c ${command}"
}
pipeline fine(token: Secret = secret("api/token")) { out said = say(token) }
pipeline bad(command: String, token: Secret = secret("api/token")) { out leaked = leak(token, command = command) }
END

# all that pipec keeps and says, core files too
is_nowhere() {
  local needle
  for needle in "$value" "${encoded:8:16}" hunte$'\n'r2-5f "$(printf %s "$value" | od -An -tx1 | tr -d ' \n')"; do
    ! grep -rzaqF -- "$needle" "$PWD/.pipec" "$XDG_CACHE_HOME" "$work/seen" "$work"/{events,profile,argv} || fail "$1: it is somewhere as $needle"
  done
  [[ -z $(find "$work" -name 'core*' -type f) ]] || fail "$1: a core file"
}
touch "$work"/{events,profile,argv}

export PIPEC_SECRET_API_TOKEN=$value
pipec 0 build fine --events "$work/events" --profile "$work/profile" -v
is_nowhere 'a variable'
pipec 0 log fine.said
expect_seen stdout '^dXNl.*\*\*\*'
is_nowhere 'its log'

for command in 'printf %s "$TOKEN" > file' 'printf user:%s "$TOKEN" | base64 > file' 'touch "$TOKEN"' 'ln -s "/x/$TOKEN" link'; do
  pipec 1 build bad --command "$command" --events "$work/events"
  expect_seen stderr '^error\[R1020\]: the output `out` contains the value of the secret `TOKEN`, in `sub/'
  is_nowhere "$command"
done

# The step's command and all processes that pipec starts, as they are seen from outside.
unset PIPEC_SECRET_API_TOKEN
cat >"$work/provider" <<END
#!/bin/sh
cat /proc/*/cmdline >>"$work/argv" 2>/dev/null
test "\$1" = api/token && echo $value
END
chmod +x "$work/provider"
mkdir -p "$HOME/.config/pipec"
jq -n --arg provider "$work/provider" '{secrets: {providers: [{command: [$provider, "{name}"]}]}}' >"$HOME/.config/pipec/config.json"
sed -i 's/echo done/echo Done/' p.pipe
pipec 0 build fine --format json
expect 'how many were executed' 1 "$(json .counts.executed)"
[[ -s $work/argv ]] || fail 'the provider saw no process'
is_nowhere 'a command'

jq -n --arg value "$value" '{"api/token": $value}' >"$work/secrets.json"
jq -n --arg file "$work/secrets.json" '{secrets: {providers: [{file: $file}]}}' >"$HOME/.config/pipec/config.json"
sed -i 's/echo Done/echo DONE/' p.pipe
pipec 0 build fine --format json
expect 'how many were executed' 1 "$(json .counts.executed)"
is_nowhere 'a file'
