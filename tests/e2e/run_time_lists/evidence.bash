# A workspace that deploys what has passed a test for each file of a list that is made. A case is
# `NAME yes|no`.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir target
cat >p.pipe <<END
environment Live requires Tested { paths = ["$PWD/target"] }
END
cat >>p.pipe <<'END'
build make_page(src: File) -> File {
  run ["cp", src, out]
}
build make_cases(list: File) -> Dir {
  run sh"""
    mkdir ${out}
    while read -r name verdict; do echo "$verdict" > ${out}/"$name"; done < ${list}
  """
}
test passes(subject what: File, verdict: File) proves Tested {
  run sh"test -s ${what}; grep -q yes ${verdict}"
}
deploy put(subject what: File, root: String) {
  run sh"cp ${what} ${root}/index.html"
}
pipeline p(root: String) {
  let page   = make_page(file("a.txt"))
  let cases  = make_cases(file("list"))
  let tested = all([for f in cases.files("*.case") => passes(page, verdict = f)])
  stage ship { let live = put(tested, to = Live, root = root) }
}
END
echo A >a.txt
printf '%s\n' 'one.case yes' 'two.case yes' >list
# build CODE ARG…
build() {
  local code=$1
  shift
  pipec "$code" build p --root "$PWD/target" --format json "$@"
}
