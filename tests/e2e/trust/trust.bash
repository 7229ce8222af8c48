# What the scenarios of trust share: a pipeline, things outside that must stay as they are, and a
# state that somebody else's pipec has made.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build copy(src: File) -> File { run sh"cat ${src} > ${out}" }
pipeline p() { let copied = copy(file("a.txt")) out file = copied }
END
echo a >a.txt

# Files and folders outside of the workspace, and what they look like.
outside=$work/outside
mkdir -p "$outside/folder/deep"
echo precious | tee "$outside/file" "$outside/folder/file" "$outside/folder/deep/file" >/dev/null
picture() { (cd "$outside" && find . -printf '%p %y %m %s %l\n' | LC_ALL=C sort && find . -type f -exec md5sum {} + | LC_ALL=C sort); }
before=$(picture)
expect_untouched() { expect "what is outside, $1" "$before" "$(picture)"; }

# somebody_builds FOLDER ARG…: a state in FOLDER/.pipec that another person's pipec has made.
somebody_builds() {
  mkdir -p "$1" "$work/somebody"
  cp p.pipe a.txt "$1"
  (cd "$1" && HOME=$work/somebody XDG_CACHE_HOME=$work/somebody/cache "$PIPEC" build -q "${@:2}") || fail 'somebody cannot build'
}

# start_anew: an empty .pipec.
start_anew() {
  rm -rf .pipec
  mkdir .pipec
}
