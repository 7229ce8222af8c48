# behaviour 80
# A cache that somebody has written to can name neither a path outside of an output nor an output
# that is not declared:
# such an entry is refused, and the step executes.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build make(src: File) -> Dir { run sh"mkdir -p ${out}/sub && cp ${src} ${out}/sub/file" }
pipeline p() {
  let made = make(file("a.txt"))
  out made = made
}
END
echo a >a.txt
pipec 0 build p --format json
key=$(json '.nodes[] | select(.label == "p.made").key')
before=$(find .pipec/out/p/made | sort)

# tamper WHAT: writes another result for the step, with the checksums and digests that it needs to
# be believed.
tamper() {
  /usr/bin/python3 - "$1" "$key" "$XDG_CACHE_HOME/pipec" <<'END'
import hashlib, os, sqlite3, sys
import xxhash

what, key, cache = sys.argv[1:]

def put(data):  # its hash and size
    name = hashlib.sha256(data).hexdigest()
    folder = os.path.join(cache, 'cas/blobs', name[:2])
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name[2:]), 'wb') as blob:
        blob.write(data)
    return name, len(data)

def field(number, data):  # as Protocol Buffers have it; short ones
    return bytes([number << 3 | 2, len(data)]) + data

def entry(kind, name, digest, target=b''):  # of a Directory of the Remote Execution API
    if kind == b'l':
        return field(3, field(1, name) + field(2, target))
    hash, size = digest
    node = field(1, name) + field(2, field(1, hash.encode()) + bytes([2 << 3, size]))
    return field({b'f': 1, b'd': 2}[kind], node)

def tree(*entries):
    return put(b''.join(entries))

def content(kind, digest):  # as rows have it
    return bytes([kind]) + bytes.fromhex(digest[0]) + digest[1].to_bytes(8, 'little')

evil, inner = put(b'evil\n'), None
link = None
outputs = {
    'parent': [(b'out', 3, tree(entry(b'f', b'../../../../evil', evil)))],
    'dots': [(b'out', 3, tree(entry(b'd', b'..', tree(entry(b'f', b'evil', evil)))))],
    'absolute': [(b'out', 3, tree(entry(b'f', b'/tmp/evil', evil)))],
    'below': [(b'out', 3, tree(entry(b'd', b'sub', tree(entry(b'f', b'..', evil)))))],
    'unsorted': [(b'out', 3, tree(entry(b'f', b'b', evil), entry(b'f', b'a', evil)))],
    'through': [(b'out', 3, tree(entry(b'd', b'a', tree(entry(b'f', b'evil', evil))), entry(b'l', b'a', link, b'../../../../target')))],
    'undeclared': [(b'out', 3, tree(entry(b'f', b'a', evil))), (b'../evil', 0, evil)],
    'other': [(b'../evil', 3, tree(entry(b'f', b'a', evil)))],
    'kind': [(b'out', 0, evil)],
    'link': [(b'out', 2, put(b'../../../../target'))],
    'none': [],
    'good': [(b'out', 3, tree(entry(b'f', b'evil', evil)))],
}[what]
empty = content(0, put(b''))[1:]
body = len(outputs).to_bytes(4, 'little')
for name, kind, digest in outputs:
    body += len(name).to_bytes(4, 'little') + name + content(kind, digest)
body += b'\0' + empty + empty + b'\0' * 4 + b'\0' * 32
hash = key.removeprefix('sha256:')
seal = xxhash.xxh3_128_digest(hash.encode() + body)[8:][::-1]
with sqlite3.connect(os.path.join(cache, 'actions.db')) as db:
    db.execute('UPDATE results SET result = ? WHERE substr(key, 1, 32) = ?', (seal + body, bytes.fromhex(hash)))
    assert db.total_changes == 1
END
}

tamper good # the forger's work is believed where it is not refused
pipec 0 build p --format json
expect_executed
expect 'what is restored' evil "$(cat .pipec/out/p/made/evil)"

mkdir "$work/target"
for what in parent dots absolute below unsorted through undeclared other kind link none; do
  tamper "$what"
  pipec 0 plan p
  expect_seen stdout '^would execute *p.made: (what the cache has for it is not what it makes, and was refused|a part of its result is lost or damaged)$'
  pipec 0 build p --format json
  expect_executed p.made
  expect "what is in the folder ($what)" "$before" "$(find .pipec/out/p/made | sort)"
  expect "what is outside ($what)" '' "$(find "$work" -name 'evil' -not -path '*/cas/*')"
done
[[ ! -e /tmp/evil ]] || fail 'an absolute path was written to'
