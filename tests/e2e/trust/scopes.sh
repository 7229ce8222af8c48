# behaviour 87
# What an untrusted run says that a step has made is served to no trusted one; the other way round
# it is.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build up(src: File) -> File { run sh"tr a-z A-Z < ${src} > ${out}" }
build named(src: File, pool all: Dir) -> File {
  depfile = "d"
  run sh"cp ${src} ${out}; echo out: ${all}/b.txt > d"
}
test fine(subject it: File) { run sh"test -s ${it}" }
source asked() -> File {
  resolve sh"date +%N"
  run sh"echo ${id} > ${out}"
}
pipeline p() {
  let it = up(file("a.txt"))
  let copy = named(file("a.txt"), all = dir("texts"))
  let good = fine(it)
}
pipeline q() { out it = asked() }
END
echo one >a.txt
mkdir texts
echo two >texts/b.txt
build() { pipec 0 build p --format json "$@"; }
everything=(p.it p.copy p.good)
build --untrusted
expect_executed "${everything[@]}"
build --untrusted
expect_executed
pipec 0 why p.it # whose fields only the untrusted scope has
build
expect_executed "${everything[@]}"
build
expect_executed

# What a hostile run has written there, by whatever way, reaches nobody but untrusted runs.
python3 - "$XDG_CACHE_HOME/pipec" <<'END'
import sqlite3, sys
def rows(name):
    with sqlite3.connect(f'{sys.argv[1]}/{name}') as db:
        return db.execute('SELECT key, result FROM results').fetchall()
trusted, untrusted = dict(rows('actions.db')), dict(rows('actions-untrusted.db'))
assert len(trusted) == len(untrusted) == 3, (len(trusted), len(untrusted))
END
echo three >a.txt
build
expect_executed "${everything[@]}"
build --untrusted # reads what is trusted
expect_executed
PIPEC_TRUST=0 build --force
expect_executed "${everything[@]}"
build
expect_executed

# The answer to a question as well: without network a trusted run goes on with its own.
pipec 0 build q
trusted=$(<.pipec/out/q/it)
pipec 0 build q --untrusted
untrusted=$(<.pipec/out/q/it)
[[ $trusted != "$untrusted" ]] || fail 'nothing was asked again'
pipec 0 build q --offline
expect 'the identity of the trusted run' "$trusted" "$(<.pipec/out/q/it)"
pipec 0 build q --offline --untrusted
expect 'the identity of the untrusted run' "$untrusted" "$(<.pipec/out/q/it)"

# The cache as a whole knows both.
pipec 0 cache gc --max-age 30d --format json
expect 'how many results there are' 14 "$(json .results)"
pipec 0 cache verify
untrusted_results() { sqlite3 "$XDG_CACHE_HOME/pipec/actions-untrusted.db" 'SELECT count(*) FROM results'; }
expect 'how many are untrusted' 7 "$(untrusted_results)"
find "$XDG_CACHE_HOME/pipec/cas/blobs" -type f -delete
pipec 1 cache verify
pipec 0 cache verify --repair
(($(untrusted_results) < 7)) || fail 'what is untrusted was not looked through'
pipec 0 cache verify
pipec 0 cache clear
[[ ! -e $XDG_CACHE_HOME/pipec/actions-untrusted.db ]] || fail 'a database is left'
