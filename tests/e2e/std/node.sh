# std.node: packages of a lock file, a script that builds, and one that tests.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"

# A registry of plain files: one package.
mkdir -p "$work/package" "$work/registry" app/test
publish() {
  printf '{"name":"greeting","version":"%s","scripts":{"install":"touch /tmp/ran"}}' "$1" >"$work/package/package.json"
  echo "module.exports = 'hello of $1'" >"$work/package/index.js"
  tar --create --gzip --file "$work/registry/greeting-$1.tgz" --directory "$work" package
}
publish 1.0.0
publish 1.1.0
port=$(free_port)
serve "$port" python3 -m http.server --bind 127.0.0.1 --directory "$work/registry" "$port"

# pin VERSION: package.json and its lock.
pin() {
  local at=http://127.0.0.1:$port/greeting-$1.tgz
  local sum=sha512-$(openssl dgst -sha512 -binary "$work/registry/greeting-$1.tgz" | base64 --wrap 0)
  jq --null-input --arg at "$at" '{name: "app", version: "1.0.0", dependencies: {greeting: $at},
    scripts: {build: "node build.js", test: "node test/check.js", empty: "true"}}' >app/package.json
  jq --null-input --arg at "$at" --arg sum "$sum" --arg version "$1" '{name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages: {
    "": {name: "app", version: "1.0.0", dependencies: {greeting: $at}},
    "node_modules/greeting": {version: $version, resolved: $at, integrity: $sum, hasInstallScript: true}}}' >app/package-lock.json
}
pin 1.0.0
cat >app/build.js <<'END'
const fs = require("fs");
fs.mkdirSync("dist");
fs.writeFileSync("dist/page.txt", require("greeting") + "\n");
END
cat >app/test/check.js <<'END'
const page = require("fs").readFileSync("dist/page.txt", "utf8");
if (!page.startsWith("hello")) throw new Error("the page says " + page);
END

cat >p.pipe <<'END'
use std.node
pipeline p(script: String = "build") {
  let src    = dir("app")
  let deps   = node.packages(src)
  let app    = node.run_script(src.select(["*.js*"]), deps = deps, script = script)
  let tested = node.script_test(app, src = src, deps = deps)
  out app = tested
}
END
build() { pipec 0 build p --format json; }

build
expect_executed p.deps p.app p.tested
expect 'the page' 'hello of 1.0.0' "$(cat .pipec/out/p/app/page.txt)"
asked=$(requests GET)
build
expect_executed
expect 'the requests of the repeat' "$asked" "$(requests GET)"
echo '// more' >>app/test/check.js
build
expect_executed p.tested
echo '// more' >>app/build.js
build
expect_executed p.app p.tested
pin 1.1.0
build
expect_executed p.deps p.app p.tested

sed -i 's/"hello"/"good day"/' app/test/check.js
pipec 1 build p
expect_seen stderr 'the page says hello of 1.1.0'
pipec 1 build p --script empty
expect_seen stderr 'the script empty leaves no folder dist'
wrong=sha512-$(openssl dgst -sha512 -binary /dev/null | base64 --wrap 0)
jq --arg wrong "$wrong" '.packages["node_modules/greeting"].integrity = $wrong' app/package-lock.json >lock && mv lock app/package-lock.json
pipec 1 build p
expect_seen stderr 'EINTEGRITY'
