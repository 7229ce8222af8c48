# `pipec stop` ends an execution from elsewhere: builds are ended, a deploy that runs is let finish,
# unless `--abandon` is given.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

# The deploy says that it has begun, and ends when it is told to.
cat >p.pipe <<PIPE
environment Shop { url = "http://127.0.0.1:1/" paths = ["$work/shop"] }
build made(src: File) -> File { run sh"cp \${src} \${out}" }
build endless(src: File) -> File { run sh"cp \${src} \${out}; : ${work##*/}-build; sleep 1000" }
deploy ship(subject what: File) {
  run sh"""
    cp \${what} '$work/shop/begun'
    until [ -e '$work/shop/go' ]; do sleep 0.05; done
    cp \${what} '$work/shop/live'
    """
}
pipeline slow() { let never = endless(file("a.txt")) }
pipeline p() {
  let app = made(file("a.txt"))
  stage out {
    let live  = ship(app, to = Shop)
  }
  stage later { let again = endless(app) }
}
PIPE
echo a >a.txt
mkdir "$work/shop"

# running: waits until an execution runs that `stop` can be told, and prints its id.
running() {
  local id
  until id=$("$PIPEC" executions --format json | jq -er '.executions[] | select(.state == "running").id'); do
    kill -0 "$build" || fail "the build has ended: $(cat "$work/build")"
    sleep 0.05
  done
  echo "$id"
}
# ended CODE: the build in the background has ended with it.
ended() {
  local code=0
  wait "$build" || code=$?
  expect 'the exit code of the build' "$1" "$code"
}

"$PIPEC" build slow 2>"$work/build" &
build=$!
id=$(running)
until pgrep -f "${work##*/}-build" >/dev/null; do sleep 0.05; done
pipec 2 retry "$id"
expect_seen stderr "$id is running"
pipec 0 stop "$id" --format json
expect 'the state' stopped "$(json .state)"
ended 130
pipec 2 stop "$id"
expect_seen stderr "execution $id is not running: it is stopped"

# A deploy goes on to its end, and is recorded; what comes after it does not begin.
"$PIPEC" build p --format json >"$work/document" 2>"$work/build" &
build=$!
id=$(running)
until [[ -e $work/shop/begun ]]; do sleep 0.05; done
"$PIPEC" stop "$id" 2>"$work/stop" &
stop=$!
until grep -q 'waiting for what runs' "$work/stop"; do sleep 0.05; done
[[ ! -e $work/shop/live ]] || fail 'the deploy has ended already'
touch "$work/shop/go"
wait "$stop"
ended 130
expect 'the deploy' succeeded "$(jq -r '.nodes[] | select(.label == "p.out.live").state' "$work/document")"
cmp a.txt "$work/shop/live"

# Abandoned: the deploy is ended, and what is there is not known, so that the next build deploys.
echo b >a.txt
rm "$work/shop"/*
"$PIPEC" build p 2>"$work/build" &
build=$!
id=$(running)
until [[ -e $work/shop/begun ]]; do sleep 0.05; done
pipec 0 stop "${id:0:11}" --abandon
ended 130
[[ ! -e $work/shop/live ]] || fail 'the deploy was not ended'
touch "$work/shop/go"
pipec 0 build p.out.live --format json
expect 'the deploy' succeeded "$(state p.out.live)"
