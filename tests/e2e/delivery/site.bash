# A git workspace whose pipeline puts a page into the folder $target, asks it by a probe what it
# shows, and looks at it with a live test that refuses pages with the word `bad`. Where a scenario
# makes the file $work/put or $work/look, the deploy or the test stops there until it is gone, and
# says by $work/at_put or $work/at_look that it does.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

target=$work/target
mkdir "$target"
git config --global user.name t
git config --global user.email t@example.com
git config --global init.defaultBranch main
git init --quiet
cat >p.pipe <<END
environment Live { paths = ["$work"] }
END
cat >>p.pipe <<'END'
fn gate(root: String, step: String) -> Command = sh"""
  cd ${root}/..
  if [ -e ${step} ]; then
    touch at_${step}
    while [ -e ${step} ]; do sleep 0.02; done
  fi
  """
build upper(src: File) -> File { run sh"tr a-z A-Z <${src} >${out}" }
deploy put(subject page: File, root: String) {
  run sh"""
    ${gate(root, step = "put")}
    cp ${page} ${root}/page
    echo ${release} >${root}/release
    echo "$(cat ${page}) $PIPEC_FENCE" >>${root}/log
    """
  probe sh"cat ${root}/release"
}
test look(live: Deployment, root: String) {
  on_fail = OnFail.rollback
  run sh"""
    ${gate(root, step = "look")}
    ! grep -i bad ${root}/page
    """
}
pipeline p(root: String) {
  let page = upper(file("a.txt"))
  stage ship {
    let live = put(page, to = Live, root = root)
    let seen = look(live, root = root)
  }
}
END
# commit TEXT: a page with the text, as a commit.
commit() {
  echo "$1" >a.txt
  git add a.txt p.pipe
  git commit --quiet -m "$1"
}
build() { local code=$1; shift; pipec "$code" build p --root "$target" --format json "$@"; }
live() { cat "$target/page" 2>/dev/null || echo nothing; }
deploys() { cut -d ' ' -f 1 "$target/log" | tr '\n' ' '; }
# about FILTER: of the one environment.
about() { pipec 0 envs --format json; json ".environments[0] | $1"; }
# start NAME ARG…: a build in the background of the folder NAME; what it prints is in
# $work/seen/NAME.
declare -A builds
start() {
  local name=$1; shift
  (cd "$work/$name" && exec "$PIPEC" build p --root "$target" --state-dir "$work/state" "$@") >"$work/seen/$name" 2>&1 </dev/null &
  builds[$name]=$!
}
# saw NAME PATTERN: waits until that build has printed it.
saw() {
  until grep -q -- "$2" "$work/seen/$1"; do
    kill -0 "${builds[$1]}" 2>/dev/null || fail "the build of $1 ended before it said: $2
$(cat "$work/seen/$1")"
    sleep 0.02
  done
}
# ended NAME CODE: waits for its end.
ended() {
  local code=0
  wait "${builds[$1]}" || code=$?
  [[ $code == "$2" ]] || fail "the build of $1 ended with $code: $(cat "$work/seen/$1")"
}
# arrived STEP: waits until the deploy or the test of the build that was started last is there.
arrived() {
  until [[ -e $work/at_$1 ]]; do
    kill -0 $! 2>/dev/null || fail "the build ended before it came to $1: $(tail -n 20 "$work"/seen/*)"
    sleep 0.02
  done
  rm "$work/at_$1"
}
