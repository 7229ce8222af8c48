# A pipeline whose production waits for an approval. `gate` may hold settings of the approval, as
# lines of the language.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir -p target other
cat >p.pipe <<END
environment Live requires Approved { paths = ["$PWD/target"] }
approve release(subject page: File) proves Approved {
  message = "Is it good?"
${gate:-}
}
END
cat >>p.pipe <<'END'
build upper(src: File) -> File { run sh"tr a-z A-Z <${src} >${out}" }
deploy put(subject page: File, root: String) { run sh"cp ${page} ${root}/page; echo ${release} >>${root}/log" }
pipeline p(root: String) {
  let page = upper(file("a.txt"))
  stage ship {
    let approved = release(page)
    let live     = put(approved, to = Live, root = root)
  }
}
END
echo one >a.txt
build() { local code=$1; shift; pipec "$code" build p --root "$PWD/target" --format json "$@"; }
# subject: what the gate of the last build was held for, as a person would copy it.
subject() { json '.nodes[] | select(.label == "p.ship.approved").reason' | sed -n 's/.*--subject \([0-9a-f]*\)`.*/\1/p'; }
live() { cat target/page 2>/dev/null || echo nothing; }
