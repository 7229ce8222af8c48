# A source reads the files of a folder that `paths` names, and nothing else in it: a socket or a
# pipe there leads nowhere. A socket that is named itself can be used. The host's abstract sockets
# are out of reach.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/safety/both_users.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

compile reach
mkdir -p "$work/host/below"
echo 'a setting' >"$work/host/file"
mkfifo -m 666 "$work/host/pipe"
cat >p.pipe <<END_OF_PIPE
source folder(program: File) -> File {
  paths = ["$work/host"]
  run sh"""
    exec >\${out}
    cat $work/host/file
    \${program} connect $work/host/below/socket
    timeout 1 sh -c 'echo written >$work/host/pipe' || echo 'pipe not written'
    echo changed >$work/host/file || echo 'file not written'
    \${program} connect @pipec-test
    """
}
source named(program: File) -> File {
  paths = ["$work/host/below/socket"]
  run sh"\${program} connect $work/host/below/socket >\${out}"
}
pipeline p() {
  out folder = folder(file("reach"))
  out named  = named(file("reach"))
}
END_OF_PIPE

listeners=()
stop_listening() { ((${#listeners[@]} == 0)) || kill "${listeners[@]}"; }
at_exit+=(stop_listening)
# listen PATH: in the background, until the scenario ends.
listen() {
  "${as[@]}" ./reach listen "$1" >"$work/seen/listener" &
  listeners+=($!)
  until grep -q listening "$work/seen/listener"; do kill -0 "$!" || fail "cannot listen at $1"; done
}

play() {
  rm -f "$work/host/below/socket"
  listen "$work/host/below/socket"
  # One for both users would do, but who is root may reach more.
  ((${#listeners[@]} > 1)) || listen @pipec-test
  # A reader, so that whoever opens the pipe for writing does not wait.
  exec 9<>"$work/host/pipe"
  pipec 0 build p --sandbox strict
  local abstract='connect EPERM'
  # Scopes of sockets are in Linux from 6.12 on.
  [[ $(printf '%s\n' 6.12 "$(uname -r)" | sort -V | head -n 1) == 6.12 ]] || abstract='connect done'
  expect 'what the source reached in the folder' "a setting
connect ECONNREFUSED
pipe not written
file not written
$abstract" "$(cat .pipec/out/p/folder)"
  expect 'what it reached by name' 'connect done' "$(cat .pipec/out/p/named)"
  expect 'the file' 'a setting' "$(cat "$work/host/file")"
}
both_users play
