# Two sources that ask $upstream what is current: `tool`, and `main` with the pipeline's parameter.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

upstream=$work/upstream
mkdir -p "$upstream"

# answer NAME IDENTITY: what `resolve` prints from now on.
answer() { echo "$2" >"$upstream/$1"; }

# silence NAME: nobody may ask for it any more.
silence() { rm "$upstream/$1"; }

# content NAME TEXT: what the last build kept.
content() { expect "the content of $1" "$2" "$(cat ".pipec/out/p/$1/out")"; }

# pinned NAME: the identity that pipe.lock has for it.
pinned() { jq --raw-output --arg name "$1" '.sources[] | select(.of | index($name)).identity' pipe.lock; }

answer tool t1
answer main m1
cat >p.pipe <<END
source fetch(name: String) -> Dir {
  paths = ["$upstream"]
  resolve sh"cat $upstream/\${name}"
  run     sh"mkdir \${out} && echo \${name} \${id} > \${out}/out"
}

pipeline p(branch: String = "main") {
  let tool = fetch("tool")
  let main = fetch(branch)
  out tool = tool
  out main = main
}
END
