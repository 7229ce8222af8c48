# http.fetch takes what its digest says and never asks again; http.latest asks, and fetches what is
# new.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cat >"$work/server.py" <<'END'
# Files with an ETag below /tagged/, with Last-Modified alone below /dated/, with neither below
# /bare/ (no HEAD there), with a token below /private/.
import hashlib, http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, with_body):
        folder, _, name = self.path.lstrip("/").partition("/")
        if folder == "moved":
            self.send_response(302)
            self.send_header("Location", "/dated/" + name)
            self.send_header("ETag", '"of the redirection"')
            return self.end_headers()
        if folder == "private" and self.headers.get("Authorization") != "Bearer t0ken":
            return self.send_error(403)
        if folder == "bare" and not with_body:
            return self.send_error(405)
        try:
            body = open(name, "rb").read()
        except OSError:
            return self.send_error(404)
        self.send_response(200)
        if folder == "tagged":
            self.send_header("ETag", '"%s"' % hashlib.md5(body).hexdigest())
        if folder == "dated":
            self.send_header("Last-Modified", self.date_time_string(os.stat(name).st_mtime))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def do_GET(self):
        self.answer(True)

    def do_HEAD(self):
        self.answer(False)

os.chdir(sys.argv[2])
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
END
mkdir "$work/served"
file=$work/served/a.txt
echo one >"$file"
port=$(free_port) at=http://127.0.0.1
at+=:$port
serve "$port" python3 "$work/server.py" "$port" "$work/served"

cat >p.pipe <<'END'
use std.http
use std.sh
pipeline pinned(from: Url, digest: String) {
  let got  = http.fetch(from, digest = digest)
  let copy = sh.concat([got, got], name = "twice.txt")
  out got  = got
}
pipeline moving(from: Url) {
  let got  = http.latest(from, auth = secret("token"))
  let copy = sh.concat([got, got], name = "twice.txt")
  out got  = got
}
END
export PIPEC_SECRET_TOKEN='Bearer t0ken'
digest() { echo "sha256:$(sha256sum <"$file" | cut -d' ' -f1)"; }

pinned=$(digest)
pipec 0 build pinned --from "$at/moved/a.txt" --digest "$pinned" --format json
expect_executed pinned.got pinned.copy
asked=$(requests 'HTTP')
pipec 0 build pinned --from "$at/moved/a.txt" --digest "$pinned" --format json
expect_executed
expect 'the requests of the repeat' "$asked" "$(requests 'HTTP')"
pipec 2 build pinned --from "$at/tagged/a.txt" --digest sha256:0
expect_seen stderr 'wants `sha256:` and 64'
pipec 2 build pinned --from file:///etc/passwd --digest "$pinned"
expect_seen stderr 'http.fetch wants an http: or https: URL'
pipec 1 build pinned --from "$at/tagged/missing.txt" --digest "$pinned"
expect_seen stderr '404'
expect_seen stderr "cannot fetch $at/tagged/missing.txt"
wrong=sha256:$(printf '%064d' 0)
pipec 1 build pinned --from "$at/tagged/a.txt" --digest "$wrong"
expect_seen stderr "has the digest $pinned, but .* $wrong"

for folder in tagged dated bare private moved; do
  echo "of $folder" >"$file"
  touch -d @1000000000 "$file"
  pipec 0 build moving --from "$at/$folder/a.txt" --format json
  expect_executed moving.got moving.copy
  pipec 0 build moving --from "$at/$folder/a.txt" --format json
  expect_executed
  echo "new of $folder" >"$file"
  pipec 0 build moving --from "$at/$folder/a.txt" --format json
  expect_executed moving.got moving.copy
  expect 'the file' "new of $folder" "$(cat .pipec/out/moving/got)"
done
# Another time, the same bytes: fetched, and nothing behind it runs.
touch -d @1000000000 "$file"
pipec 0 build moving --from "$at/dated/a.txt" --format json
touch -d @1000000001 "$file"
pipec 0 build moving --from "$at/dated/a.txt" --format json
expect_executed moving.got

echo other >"$file"
PIPEC_SECRET_TOKEN=wrong pipec 1 build moving --from "$at/private/a.txt"
expect_seen stderr '403'
! grep -rq t0ken .pipec "$XDG_CACHE_HOME" || fail 'the token was kept'
