# std.go: a module that brings what it needs in `vendor` is built and tested without a `modules`
# source.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir -p app/vendor/example.org/greeting
printf 'module acme.example/app\n\ngo 1.19\n\nrequire example.org/greeting v1.0.0\n' >app/go.mod
printf '# example.org/greeting v1.0.0\n## explicit; go 1.19\nexample.org/greeting\n' >app/vendor/modules.txt
printf 'package greeting\n\nconst Word = "hello of v1.0.0"\n' >app/vendor/example.org/greeting/greeting.go
cat >app/main.go <<'END'
package main

import (
	"fmt"

	"example.org/greeting"
)

func main() { fmt.Println(greeting.Word) }
END
cat >app/main_test.go <<'END'
package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"example.org/greeting"
)

func TestProgram(t *testing.T) {
	said, err := exec.Command(os.Getenv("SUBJECT")).Output()
	if err != nil || strings.TrimSpace(string(said)) != greeting.Word {
		t.Fatal(string(said), err)
	}
}
END
cat >p.pipe <<'END'
use std.go
pipeline p() {
  let src    = dir("app")
  let app    = go.binary(src.select(["go.mod", "main.go", "vendor/**"]), name = "greet")
  let tested = go.unit(app, src = src)
  out app = tested
}
END
build() { pipec 0 build p --format json; }

build
expect_executed p.app p.tested
expect 'what the program says' 'hello of v1.0.0' "$(.pipec/out/p/app)"
pipec 0 get p.tested --report -o report
grep -q '<testcase name="TestProgram"' report/junit.xml || fail 'the case is not in the report'
build
expect_executed

sed -i 's/v1.0.0/a vendored change/' app/vendor/example.org/greeting/greeting.go
build
expect_executed p.app p.tested
expect 'what the program says' 'hello of a vendored change' "$(.pipec/out/p/app)"

rm -r app/vendor
pipec 1 build p.app
expect_seen stderr 'example.org/greeting'
