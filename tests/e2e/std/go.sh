# std.go: pinned modules from a proxy, a program that uses them, and its tests with a JUnit report.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"
command -v go >/dev/null || PATH=$PATH:/usr/lib/go/bin
export GOFLAGS=-modcacherw GOPATH=$work/go

# A proxy of plain files, as `go mod download` reads them.
proxy=$work/proxy/example.org/greeting/@v
mkdir -p "$proxy"
for version in v1.0.0 v1.1.0; do
  echo "{\"Version\":\"$version\",\"Time\":\"2020-01-01T00:00:00Z\"}" >"$proxy/$version.info"
  printf 'module example.org/greeting\n\ngo 1.19\n' >"$proxy/$version.mod"
  python3 - "$proxy" "$version" <<'END'
import sys, zipfile
folder, version = sys.argv[1:]
at = f"example.org/greeting@{version}/"
with zipfile.ZipFile(f"{folder}/{version}.zip", "w") as module:
    module.writestr(at + "go.mod", "module example.org/greeting\n\ngo 1.19\n")
    module.writestr(at + "greeting.go", f'package greeting\n\nconst Word = "hello of {version}"\n')
END
done
printf '%s\n' v1.0.0 v1.1.0 >"$proxy/list"
port=$(free_port)
serve "$port" python3 -m http.server --bind 127.0.0.1 --directory "$work/proxy" "$port"
at=http://127.0.0.1:$port

# pin VERSION: go.mod and go.sum of the program.
pin() {
  printf 'module acme.example/app\n\ngo 1.19\n\nrequire example.org/greeting %s\n' "$1" >app/go.mod
  rm -f app/go.sum
  (cd app && GOPROXY=$at GONOSUMDB=* GONOSUMCHECK=1 GOFLAGS='-mod=mod -modcacherw' go mod tidy) 2>"$work/seen/tidy" || fail "$(cat "$work/seen/tidy")"
}
mkdir -p app/cmd/greet
cat >app/cmd/greet/main.go <<'END'
package main

import (
	"fmt"

	"example.org/greeting"
)

func greet() string { return greeting.Word }

func main() { fmt.Println(greet()) }
END
cat >app/cmd/greet/main_test.go <<'END'
package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestGreet(t *testing.T) {
	if !strings.HasPrefix(greet(), "hello") {
		t.Errorf("it says <%s>", greet())
	}
}

func TestProgram(t *testing.T) {
	said, err := exec.Command(os.Getenv("SUBJECT")).Output()
	if err != nil || strings.TrimSpace(string(said)) != greet() {
		t.Fatal(string(said), err)
	}
}

func TestSkipped(t *testing.T) { t.Skip("not today") }
END
pin v1.0.0

cat >p.pipe <<'END'
use std.go
pipeline p(proxy: Url) {
  let src    = dir("app")
  let mods   = go.modules(go.module_files(src), proxy = proxy, sumdb = "off")
  let app    = go.binary(src.select(["go.*", "cmd/**"]), name = "greet", package = "./cmd/greet", mods = mods)
  let tested = go.unit(app, src = src, mods = mods)
  out app = tested
}
END
build() { pipec 0 build p --proxy "$at" --format json; }

build
expect_executed p.mods p.app p.tested
expect 'what the program says' 'hello of v1.0.0' "$(.pipec/out/p/app)"
pipec 0 get p.tested --report -o report
python3 - report/junit.xml <<'END' || fail 'the JUnit report is wrong'
import sys, xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1]).getroot().findall("testsuite")
assert [s.get("name") for s in suites] == ["acme.example/app/cmd/greet"], suites
assert suites[0].attrib | {"tests": "3", "failures": "0", "skipped": "1"} == suites[0].attrib, suites[0].attrib
assert [c.get("name") for c in suites[0].findall("testcase")] == ["TestGreet", "TestProgram", "TestSkipped"]
END
asked=$(requests GET)
build
expect_executed
expect 'the requests of the repeat' "$asked" "$(requests GET)"

echo notes >app/README.md
build
expect_executed p.tested
pin v1.1.0
build
expect_executed p.mods p.app p.tested
expect 'what the program says' 'hello of v1.1.0' "$(.pipec/out/p/app)"

sed -i 's/"hello")/"good <day>")/' app/cmd/greet/main_test.go
pipec 1 build p --proxy "$at"
expect_seen stderr 'it says <hello of v1.1.0>'
pipec 0 get p.tested --report -o failed
grep -q '<testcase name="TestGreet".*<failure' failed/junit.xml || fail 'the failure is not in the report'
echo 'func broken(' >>app/cmd/greet/main.go
pipec 1 build p.app --proxy "$at"
expect_seen stderr 'cmd/greet/main.go:[0-9]+:[0-9]+: syntax error'
sed -i 's/ h1:/ h1:AAAA/' app/go.sum
pipec 1 build p.mods --proxy "$at"
expect_seen stderr 'checksum mismatch|malformed'
