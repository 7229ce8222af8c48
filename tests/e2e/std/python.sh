# std.python: pinned wheels from an index, installed, a wheel built from sources, and pytest in
# shards with JUnit reports.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"

# make_wheel NAME VERSION TEXT: a wheel of one module, on the index.
make_wheel() {
  local folder=$work/index/simple/$1
  mkdir -p "$folder"
  python3 - "$folder" "$@" <<'END'
import sys, zipfile
folder, name, version, text = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.py", text)
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
END
}
# pin NAME VERSION: a line for the requirements.
pin() { echo "$1==$2 --hash=sha256:$(sha256sum <"$work/index/simple/$1/$1-$2-py3-none-any.whl" | cut -d' ' -f1)"; }

make_wheel greeting 1.0 'WORD = "hello"'
make_wheel greeting 2.0 'WORD = "salut"'
make_wheel unrelated 1.0 ''
port=$(free_port)
serve "$port" python3 -m http.server --bind 127.0.0.1 --directory "$work/index" "$port"

mkdir -p app/acme tests
cat >app/pyproject.toml <<'END'
[build-system]
requires = ["setuptools", "wheel"]
build-backend = "setuptools.build_meta"
[project]
name = "acme"
version = "1.0"
[tool.setuptools]
packages = ["acme"]
END
cat >app/acme/__init__.py <<'END'
import greeting
def greet(name):
    return f"{greeting.WORD} {name}"
END
for i in 1 2 3; do printf 'from acme import greet\ndef test_greet_%s():\n    assert greet("%s").endswith("%s")\n' "$i" "$i" "$i"; done >tests/test_acme.py
pin greeting 1.0 >requirements.txt

cat >p.pipe <<'END'
use std.python
use std.test
pipeline p(index: Url, name: String = "acme-1.0-py3-none-any.whl") {
  let deps  = python.packages(file("requirements.txt"), index = index)
  let whl   = python.wheel(dir("app"), name = name)
  let cases = dir("tests")
  let parts  = [for s in test.shards(2) => python.pytest_wheel(whl, cases = cases, deps = deps, shard = s)]
  let tested = all(parts)
  let source = python.pytest(dir("app"), cases = cases, deps = deps)
  out whl = tested
}
END
build() { pipec 0 build p --index "http://127.0.0.1:$port/simple/" --format json; }
nodes=(p.deps/wheels p.deps p.whl 'p.parts[0]' 'p.parts[1]' p.source)

build
expect_executed "${nodes[@]}"
for part in 0 1; do pipec 0 get "p.parts[$part]" --report -o "report$part"; done
expect 'the cases of the shards' "$(printf '%s\n' test_greet_{1,3,2})" \
  "$(grep -oh 'name="test_greet_[0-9]*"' report[01]/junit.xml | cut -d'"' -f2)"
asked=$(requests GET)
build
expect_executed
expect 'the requests of the repeat' "$asked" "$(requests GET)"
cp .pipec/out/p/whl first.whl

touch app/acme/__init__.py
echo '# a comment' >>tests/test_acme.py
build
expect_executed 'p.parts[0]' 'p.parts[1]' p.source

pin greeting 2.0 >requirements.txt
pin unrelated 1.0 >>requirements.txt
build
expect_executed p.deps/wheels p.deps 'p.parts[0]' 'p.parts[1]' p.source
pipec 0 build p.whl --index "http://127.0.0.1:$port/simple/" --force
cmp first.whl .pipec/out/p/whl || fail 'the same sources give another wheel'

pipec 1 build p --index "http://127.0.0.1:$port/simple/" --name acme-2.0-py3-none-any.whl
expect_seen stderr 'the wheel is called acme-1.0-py3-none-any.whl'
echo 'def test_wrong(): assert 1 + 1 == 3' >>tests/test_acme.py
pipec 1 build p.source --index "http://127.0.0.1:$port/simple/"
expect_seen stderr 'assert \(1 \+ 1\) == 3'
echo "greeting==1.0 --hash=sha256:$(printf '%064d' 0)" >requirements.txt
pipec 1 build p.deps --index "http://127.0.0.1:$port/simple/"
expect_seen stderr 'THESE PACKAGES DO NOT MATCH THE HASHES'
echo greeting==1.0 >requirements.txt
pipec 1 build p.deps --index "http://127.0.0.1:$port/simple/"
expect_seen stderr 'Hashes are required'
