# Servers on 127.0.0.1 that end with the scenario.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

servers=()
end_servers() {
  local pid
  for pid in "${servers[@]}"; do
    kill "$pid" && wait "$pid" || true
  done 2>/dev/null
}
at_exit+=(end_servers)

# free_port: a port that nobody listens on.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# serve PORT COMMAND…: starts a server and waits until it answers on the port of 127.0.0.1.
serve() {
  local port=$1 pid
  shift
  "$@" >"$work/server.log" 2>&1 </dev/null &
  pid=$!
  servers+=("$pid")
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null || fail "the server ended: $(cat "$work/server.log")"
  done
}

# requests PATTERN: how many lines of the server's log match.
requests() {
  grep -cE -- "$1" "$work/server.log" || true
}
