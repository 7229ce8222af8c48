# What a pipeline wants of the world outside of its workspace is listed, and given only to who has
# said so once.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir "$work/outside" inside
echo key >"$work/outside/key"
echo page >inside/page
ln -s "$work/outside" link
# program PATH…: a source that reads these paths.
program() {
  local count=0
  cat >p.pipe <<END
source look(path: String) -> File {
  paths = [path]
  run sh"cat \${path}/* > \${out} || true"
}
pipeline p() {
$(for path; do printf '  let n%s = look("%s")\n' "$((++count))" "$path"; done)
}
END
}

# However the place is written; nothing runs, and nothing is made.
outside=$(readlink -f "$work/outside")
for path in "$work/outside" ../outside inside/../../outside link "$PWD/link"; do
  program "$path"
  pipec 2 build p
  expect_seen stderr "^error\[R1024\]: \`p.n1\` wants to read \`$outside\`, and nobody has granted that; \`pipec trust\`"
  expect_seen stderr '--> p.pipe:6:'
  [[ ! -e .pipec/history.db ]] || fail "$path: the build began"
done
# What decides how programs run as the user is no part of the checkout, and what contains it
# neither.
mkdir -p .git/hooks sub/.git
for path in . .git/hooks .pipec sub; do
  program "$path"
  pipec 2 build p
  expect_seen stderr '^error\[R1024\]: `p.n1` wants to read '
done
rm -rf .git sub
# The workspace's own folders need no grant, and a `~` is a folder of that name.
mkdir '~'
program inside '~'
pipec 0 build p
pipec 0 trust --yes
expect_last 'these pipelines want nothing that is not granted'

# Listed, asked once, remembered.
program ../outside
pipec 0 plan p
expect_seen stdout "^wants  *to read \`$outside\`: p.n1 \(p.pipe:6\), not granted$"
pipec 0 plan p --format json
expect 'the wants' "read $outside false p.n1 p.pipe 6" "$(json '.wants[] | "\(.kind) \(.name) \(.granted) \(.by[] | "\(.label) \(.file) \(.line)")"')"
pipec 2 trust p
expect_seen stderr 'there is no terminal to ask on, so nothing is granted'
pipec 2 build p
pipec 0 trust --list
expect 'what is granted' '' "$(<"$work/seen/stdout")"
pipec 0 trust p --yes
pipec 0 build p
pipec 0 plan p --format json
expect 'the wants' 'true' "$(json '.wants[].granted')"
pipec 0 trust --list --format json
expect 'what is granted' "read $outside" "$(json '.granted[] | "\(.kind) \(.name)"')"
record=$(find "$HOME/.local/state/pipec/trust" -name '*.json')
expect 'the modes of the record' '700 600' "$(stat -c %a "$HOME/.local/state/pipec/trust") $(stat -c %a "$record")"

# A new wish asks again, and the old one does not.
mkdir "$work/second"
program ../outside ../second
pipec 2 build p
expect_seen stderr 'p.n2. wants to read .*/second'
! grep -q 'p.n1' "$work/seen/stderr" || fail 'what is granted was refused'
# So does the place that a link leads to from now on.
program link
pipec 0 build p
ln -sfn "$work/second" link
pipec 2 build p
expect_seen stderr 'wants to read .*/second'

# For one run, and remembered by nobody.
pipec 0 build p --trust
PIPEC_TRUST=1 pipec 0 build p
pipec 2 build p
pipec 2 build p --trust --untrusted
expect_seen stderr '`--trust` and `--untrusted` contradict each other'
PIPEC_TRUST=yes pipec 2 build p
expect_seen stderr 'PIPEC_TRUST is 1 or 0'

# Grants are of a place: a copy has none, nor has who moves.
program ../outside
pipec 0 build p
cp -R . "$work/copy"
(cd "$work/copy" && pipec 2 build p)
pipec 0 trust --revoke
pipec 2 build p

# A record that others can write is not believed.
pipec 0 trust p --yes
chmod 777 "$HOME/.local/state/pipec/trust"
pipec 4 build p
expect_seen stderr 'what you have granted.*chmod'
chmod 700 "$HOME/.local/state/pipec/trust"
echo garbage >"$record"
pipec 2 build p
expect_seen stderr 'cannot be read; `pipec trust --revoke` forgets them'
pipec 0 trust --revoke

# Two at once lose nothing.
program ../outside
sed 's/pipeline p/pipeline q/; s/\.\.\/outside/..\/second/' p.pipe >q.pipe
for round in 1 2 3 4 5; do
  pipec 0 trust --revoke
  "$PIPEC" trust p.pipe --yes 2>/dev/null >/dev/null &
  pipec 0 trust q.pipe --yes
  wait $!
  pipec 0 trust --list --format json
  expect "what is granted in round $round" 2 "$(json '.granted | length')"
done
