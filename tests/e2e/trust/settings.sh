# Settings that execute, read secrets or redirect the network come from the user, and from a
# checkout only when the user has said so of exactly that content.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
source s(token: Secret) -> File {
  secrets = ["TOKEN": token]
  run sh"printenv TOKEN | rev > ${out}"
}
source plain() -> File { run sh"printenv ADDRESS > ${out} || echo none > ${out}" }
pipeline p() { out it = s(secret("any")) }
pipeline q() { out it = plain() }
END
echo '{"auths": "of-another-program", "any": "of-a-file"}' >"$work/private.json"
command='{"secrets": {"providers": [{"command": ["sh", "-c", "touch '$work'/ran; echo of-a-command"]}]}}'
for settings in "$command" '{"secrets": {"providers": [{"file": "../private.json"}]}}' \
  '{"network": {"env": ["ADDRESS=elsewhere"]}, "machine": {"cpus": 2}}'; do
  echo "$settings" >.pipec/config.json
  for trust in '' --untrusted; do
    pipec 0 build q $trust
    expect_seen stderr '^warning: `secrets` and `network` of `.pipec/config.json` are ignored: '
    expect "what the step saw" none "$(<.pipec/out/q/it)"
  done
  pipec 2 build p
  [[ ! -e $work/ran ]] || fail 'the command of the checkout ran'
done
pipec 0 trust p --yes # the secret, and the settings as they are
pipec 0 trust --list
expect_seen stdout 'the settings of `.pipec/config.json` believed \(sha256:'
pipec 0 build q
expect 'what the step saw' elsewhere "$(<.pipec/out/q/it)"
! grep -q ignored "$work/seen/stderr" || fail 'what is believed was ignored'
echo "$command" >.pipec/config.json
pipec 1 build p
expect_seen stderr 'are ignored: `pipec trust` shows them'
expect_seen stderr 'R1015'
[[ ! -e $work/ran ]] || fail 'the changed command of the checkout ran'
pipec 2 trust q
expect_seen stderr "^.pipec/config.json: secrets come from the command sh -c touch $work/ran; echo of-a-command"
pipec 0 trust q --yes
pipec 0 build p
[[ -e $work/ran ]] || fail 'the command that is believed did not run'

# Names that decide how programs run are nobody's but the user's.
for name in PATH LD_PRELOAD HOME BASH_ENV ENV PYTHONPATH NODE_OPTIONS GIT_CONFIG_COUNT GIT_SSH_COMMAND 'BASH_FUNC_cat%%'; do
  jq -n --arg text "$name=x" '{network: {env: [$text]}}' >.pipec/config.json
  pipec 2 build q --trust
  expect_seen stderr "network.env. has .$name., which (decides how programs run|is no name)"
done
rm .pipec/config.json

# The user's own file, with sections of workspaces.
mkdir -p "$HOME/.config/pipec"
own=$HOME/.config/pipec/config.json
jq -n --arg here "$PWD" '{network: {env: ["ADDRESS=general"]}, secrets: {providers: [{file: "mine.json"}]},
  workspaces: {($here): {network: {env: ["ADDRESS=of-this-one"]}}}}' >"$own"
echo '{"any": "mine"}' >"$HOME/.config/pipec/mine.json"
pipec 0 build p q
expect 'what the steps saw' 'enim of-this-one' "$(<.pipec/out/p/it) $(<.pipec/out/q/it)"
mkdir "$work/x"
mv "$own" "$work/x/config.json"
XDG_CONFIG_HOME=$work/none pipec 1 build p
mkdir -p "$work/xdg"
mv "$work/x" "$work/xdg/pipec"
cp "$HOME/.config/pipec/mine.json" "$work/xdg/pipec"
XDG_CONFIG_HOME=$work/xdg pipec 0 build p
own=$work/xdg/pipec/config.json
export XDG_CONFIG_HOME=$work/xdg
for wrong in '{"netwrok": {}}' '{"workspaces": {"here": {}}}' '{"workspaces": {"/here": {"cache": {"sice": "1GB"}}}}' \
  '{"workspaces": {"/here": {"workspaces": {}}}}' '{' "$(printf '[%.0s' {1..100000})"; do
  printf %s "$wrong" >"$own"
  pipec 2 build q
  expect_seen stderr "^error: \`$own\`"
done
echo '{}' >"$own"
chmod 666 "$own"
pipec 2 build q
expect_seen stderr "\`$own\` can be written by other users.*chmod go-w"
chmod 644 "$own"
chmod 777 "$work/xdg/pipec"
pipec 2 build q
expect_seen stderr "the folder .* can be written by other users"

# What git tracks is nobody's settings, though they are vouched for.
chmod 755 "$work/xdg/pipec"
git init --quiet
echo '{"secrets": {"providers": [{"command": ["sh", "-c", "touch ran; echo x"]}]}}' >.pipec/config.json
git add -f .pipec/config.json
pipec 0 trust --yes
sed -i 's/secret("any")/secret("other")/' p.pipe
pipec 1 build p --trust
expect_seen stderr 'config.json. are ignored: git tracks the file'
[[ ! -e ran ]] || fail 'a command of the checkout ran'
