# behaviour 86
# Two files of one size and one XXH3-128 are never taken for each other: as input, in a folder, as
# output, as file of a pool, in a key, as what was approved, and as what is deployed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir target
cat >p.pipe <<END
environment Live requires Approved { paths = ["$PWD/target"] }
END
cat >>p.pipe <<'END'
build say(src: File) -> File { run sh"sh ${src} >${out}" }
build whole(src: Dir) -> File { run sh"sh ${src}/script >${out}" }
build pack(src: File) -> File { run sh"cp ${src} ${out}" }
build folder(src: File) -> Dir { run sh"mkdir ${out} && cp ${src} ${out}/script" }
build pooled(pool scripts: List<Dir>) -> File {
  depfile = "read.d"
  run sh"""
    for d in ${scripts}; do sh "$d/script" >${out}; echo "x: $d/script" >read.d; done
    """
}
approve release(subject page: File) proves Approved {}
deploy put(subject page: File, root: String) { run sh"cp ${page} ${root}/page" }

pipeline input() { out said = say(file("script")) }
pipeline member() { out said = whole(dir("folder")) }
pipeline pool() { out said = pooled([dir("folder")]) }
pipeline output() {
  let made = pack(file("script"))
  out made = made
  out tree = folder(file("script"))
  out said = say(made)
}
pipeline ship(root: String) {
  stage prod {
    let approved = release(file("script"))
    let live     = put(approved, to = Live, root = root)
  }
}
END
mkdir folder
{ echo 'echo honest; exit'; head -c 1500 /dev/zero | tr '\0' '#'; } >honest
printf 'echo EVIL; exit\n#' >beginning
/usr/bin/python3 "$PIPEC_SOURCE_DIR/tests/e2e/trust/twin.py" honest beginning evil
[[ $(stat -c %s honest) == $(stat -c %s evil) ]] || fail 'the twins differ in size'
expect 'what the twins say' 'honest EVIL' "$(sh honest) $(sh evil)"

# take NAME: from now on the workspace has this one of the twins, with the same times.
take() {
  cp "$1" script
  cp "$1" folder/script
  touch -d '2020-01-01' script folder/script folder
}
# check WORD EXECUTED: all pipelines without effects say the word.
check() {
  local name
  pipec 0 build input member pool output --format json
  expect "the executed steps ($1)" "$2" "$(json .counts.executed)"
  for name in input member pool output; do
    expect "what is said ($name)" "$1" "$(cat ".pipec/out/$name/said")"
  done
  cmp "$1" .pipec/out/output/made || fail 'the output is another file'
  cmp "$1" .pipec/out/output/tree/script || fail 'the folder has another file'
}
cp evil EVIL
take honest
check honest 6
take evil
check EVIL 6
take honest
check honest 0
pipec 0 cache verify
rm -r .pipec/out
take evil
check EVIL 0

# In another workspace, with the same cache: what was stored first is not served for the other one.
mkdir "$work/other"
cp -r p.pipe honest evil EVIL folder script "$work/other"
cd "$work/other"
take honest
check honest 0
cd "$work/w"

take honest
pipec 3 build ship --root "$PWD/target"
pipec 0 approve ship
pipec 0 build ship --root "$PWD/target" --format json
expect 'what is live' honest "$(sh target/page)"
take evil
pipec 3 build ship --root "$PWD/target" --format json
expect 'the gate' held "$(json '.nodes[] | select(.label == "ship.prod.approved").state')"
expect 'what is live' honest "$(sh target/page)"
pipec 0 approve ship
pipec 0 build ship --root "$PWD/target" --format json
expect_executed ship.prod.live
expect 'what is live' EVIL "$(sh target/page)"
take honest
pipec 0 build ship --root "$PWD/target" --format json
expect_executed ship.prod.live
expect 'what is live' honest "$(sh target/page)"
