# A copy of one example to work on. `example` is its name.
. "$PIPEC_SOURCE_DIR/tests/e2e/lib.bash"

cp -R "$PIPEC_SOURCE_DIR/examples/${example:?}/." .
rm -rf .pipec
pipec 0 fmt --check .

# build CODE ARG…: builds all of the example, which must exit with CODE.
build() {
  local code=$1
  shift
  pipec "$code" build --format json "$@"
}

# edit FILE SED-SCRIPT: changes a file of the example.
edit() {
  local before
  before=$(<"$1")
  sed -i "$2" "$1"
  [[ $(<"$1") != "$before" ]] || fail "the edit of $1 changed nothing"
}

# free_port: a port of 127.0.0.1 on which nothing listens.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
