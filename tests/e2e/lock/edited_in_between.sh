# A build has the pins of its beginning, and a pin keeps what was written into the lock while it
# asked.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/upstream.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

# The first step ends when $upstream/go is there.
cat >>p.pipe <<END

source wait() -> File {
  paths = ["$upstream"]
  run sh"until ls $upstream | grep -q go; do sleep 0.05; done; echo > \${out}"
}

source after(first: File, name: String) -> File {
  paths   = ["$upstream"]
  resolve sh"cat \${first} $upstream/\${name}"
  run     sh"echo \${id} > \${out}"
}

pipeline slow() {
  out tool = after(wait(), name = "tool")
}
END
touch "$upstream/go"
pipec 0 pin slow
expect 'the pin' t1 "$(pinned p.pipe:slow.tool)"

# during EDIT ARG…: runs pipec without what it did before, and edits the lock when it has been read
# and a step waits.
during() {
  local edit=$1 cache
  shift
  cache=$(mktemp -d "$work/cache.XXXXXX")
  rm "$upstream/go"
  last="pipec $*"
  "$PIPEC" "$@" --cache-dir "$cache" >"$work/seen/stdout" 2>"$work/seen/stderr" &
  local running=$!
  until compgen -G "$cache/steps/*/*" >/dev/null; do kill -0 "$running" || fail 'it ended early'; done
  jq "$edit" pipe.lock >edited
  cp edited pipe.lock
  touch "$upstream/go"
  wait "$running"
}
during '.sources[0].identity = "edited"' build slow
expect 'what was built' t1 "$(cat .pipec/out/slow/tool)"
pipec 0 build slow
expect 'what is built next' edited "$(cat .pipec/out/slow/tool)"

answer tool t2
during '.sources += [.sources[0] + {of: ["q.pipe:q.x"], question: ("sha256:" + "0123456789abcdef" * 4)}]' pin slow
expect 'the pin' t2 "$(pinned p.pipe:slow.tool)"
expect 'what was added' edited "$(pinned q.pipe:q.x)"
