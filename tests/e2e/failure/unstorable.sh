# What a step makes that cannot be kept is that step's failure: exit code 1 with the path in the
# output, at once, and the rest of the build goes on. The machine is not to blame.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cat >deep.py <<'END'
import os
for _ in range(2000):
    os.mkdir("d")
    os.chdir("d")
END
cat >p.pipe <<'END'
build piped() -> Dir {
  run sh"mkdir -p ${out}/below && echo x >${out}/data && mkfifo ${out}/below/control"
}
build socket() -> Dir {
  run sh"mkdir ${out} && python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' ${out}/agent"
}
build deep(script: File) -> Dir {
  run sh"mkdir ${out} && cd ${out} && python3 ${script}"
}
build named() -> Dir {
  run sh"mkdir ${out} && touch ${out}/$(printf '\377')"
}
source secret_and_deep(script: File, token: Secret) -> Dir {
  secrets = ["TOKEN": token]
  run sh"mkdir ${out} && cd ${out} && python3 ${script}"
}
test reported(src: File) {
  run sh"cat ${src} && mkfifo ${report}/pipe"
}
build other(n: Int) -> File {
  run sh"echo ${n} >${out}"
}
pipeline p() {
  out piped  = piped()
  out socket = socket()
  out deep   = deep(file("deep.py"))
  out named  = named()
  out secret = secret_and_deep(file("deep.py"), token = secret("token"))
  out others = [for n in 1..3 => other(n)]
  reported(file("deep.py"))
}
END
export PIPEC_SECRET_TOKEN=a-token-of-somebody

pipec 1 build p --keep-going --format json
failure() { json '.nodes[] | select(.label == $node) | .failure | "\(.code) \(.message)"' --arg node "$1"; }
seen() { [[ $(failure "p.$1") == *"$2"* ]] || fail "p.$1 fails with: $(failure "p.$1")"; }
for node in piped socket deep named secret; do
  seen "$node" 'R1022 the output `out` cannot be kept, because of `'
done
seen piped '`below/control` in it: it is a named pipe, not a file, folder or link; the step has to remove or replace it before it ends'
seen socket '`agent` in it: it is a socket'
seen deep '`d/d/d/d/'
seen deep 'its path is longer than 3,072 bytes'
seen named 'its name is not UTF-8'
[[ $(failure p.deep | wc -c) -lt 1000 ]] || fail 'the message has the whole path'
expect 'what goes on' 'succeeded succeeded' \
  "$(json '[.nodes[] | select(.label | startswith("p.others")) | select(.kind == "build") | .state] | join(" ")')"
expect 'the failure of the test' \
  'R1022 the report cannot be kept, because of `pipe` in it: it is a named pipe, not a file, folder or link; the step has to remove or replace it before it ends' \
  "$(json '.nodes[] | select(.label | startswith("p.reported")) | .failure | "\(.code) \(.message)"')"
