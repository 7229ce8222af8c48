# behaviour 83
# examples/secrets: tokens reach the server and nothing else, and an edit reaches what its README
# says.
example=secrets
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/examples/example.bash"

export PIPEC_SECRET_ARCHIVE_READ=bread-17f3 PIPEC_SECRET_ARCHIVE_WRITE=butter-9ac2
port=$(free_port)
at_exit+=(stop_server)
stop_server() { "$work/w/server" stop; }
rm -rf .server
./server start "$port"
deliver() {
  local code=$1
  shift
  build "$code" --server "http://127.0.0.1:$port" "$@"
}
everything=(secrets.{list,sorted} secrets.test.tested secrets.publish.{live,readable})

pipec 0 check --strict
deliver 2
expect_seen stderr '^error\[R1024\]: `secrets.list` wants to have the secret `archive/read`, and nobody has granted that'
pipec 0 trust --yes
expect_seen stdout 'wants  *to have the secret `archive/write`: secrets.publish.live'
deliver 0
expect_executed "${everything[@]}"
expect 'what was published' "$(sed -n 3p lists/animals.txt)" "$(grep -x cat .server/releases/*)"
deliver 0
expect_executed
pipec 0 log secrets.publish.live
! grep -raq -e bread-17f3 -e butter-9ac2 .pipec .server "$XDG_CACHE_HOME" "$work/seen" || fail 'a token was stored'

echo zebra >>lists/animals.txt
deliver 0
expect_executed "${everything[@]}"
tac lists/animals.txt >reversed
mv reversed lists/animals.txt
deliver 0
expect_executed secrets.{list,sorted} secrets.test.tested

export PIPEC_SECRET_ARCHIVE_READ=wrong
deliver 1
expect 'the state of the list' failed "$(state secrets.list)"
expect 'the executed nodes' 0 "$(json .counts.executed)"
expect_seen stderr 'this needs the token to read'

export PIPEC_SECRET_ARCHIVE_READ=jam-5521 PIPEC_SECRET_ARCHIVE_WRITE=honey-8d0e
./server start "$port"
deliver 0
expect_executed
export PIPEC_SECRET_ARCHIVE_OTHER=jam-5521
deliver 2 --reader archive/other
expect_seen stderr 'R1024.*the secret `archive/other`'
deliver 0 --reader archive/other --trust
expect_executed secrets.list secrets.publish.readable

cp secrets.pipe kept
edit secrets.pipe 's|secret("archive/write")|secret("other/write")|'
export PIPEC_SECRET_OTHER_WRITE=honey-8d0e
deliver 1 --trust
expect_seen stderr 'R1015.*other/write.* is not among the `secrets_from` of `Archive`'
cp kept secrets.pipe
edit secrets.pipe 's/^build rhymes(list: File)/build rhymes(list: File, token: Secret)/'
pipec 2 check
expect_seen stderr E0801
