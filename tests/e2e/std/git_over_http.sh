# git.checkout over http: from git's own server with a password, and from a server of plain files.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/git.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cat >"$work/server.py" <<'END'
# /smart/… is git http-backend behind a password, /plain/… the files of the repository.
import base64, http.server, os, subprocess, sys

class Handler(http.server.SimpleHTTPRequestHandler):
    def smart(self):
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"bot:s3cret pass").decode():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.removeprefix("/smart").partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        env = dict(os.environ, GIT_PROJECT_ROOT=sys.argv[2], GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query,
                   REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type", ""),
                   CONTENT_LENGTH=str(len(body)), HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
                   GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        reply = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE).stdout
        head, _, content = reply.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        if self.path.startswith("/smart/"):
            self.smart()
        else:
            self.path = self.path.removeprefix("/plain")
            super().do_GET()

    do_POST = smart

os.chdir(sys.argv[2])
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
END
git -C "$repo" update-server-info
port=$(free_port)
serve "$port" python3 "$work/server.py" "$port" "$repo"

cat >p.pipe <<'END'
use std.git
pipeline p(repo: Url, ref: String = "main", folder: String = ".") {
  let src = git.checkout(repo, ref = ref, folder = folder, user = "bot", password = secret("git"))
  out src = src
}
END
smart=http://127.0.0.1:$port/smart/.git plain=http://127.0.0.1:$port/plain/.git
export PIPEC_SECRET_GIT='s3cret pass'

pipec 0 build p --repo "$smart" --format json
expect_executed p.src
expect 'the file' two "$(cat .pipec/out/p/src/app/src/a.txt)"
fetches=$(requests 'POST .*git-upload-pack')
pipec 0 build p --repo "$smart" --format json
expect_executed
asked=$(($(requests 'POST .*git-upload-pack') - fetches))
((asked <= 1)) || fail "a repeat fetches: $asked requests"
pipec 0 build p --repo "$smart" --ref v1 --folder docs --format json
expect 'the files' d.txt "$(ls .pipec/out/p/src)"
! grep -q 's3cret' -r .pipec "$XDG_CACHE_HOME" || fail 'the password was kept'

pipec 0 build p --repo "$plain" --ref v1 --format json
expect_executed p.src
expect 'the file' one "$(cat .pipec/out/p/src/app/src/a.txt)"

PIPEC_SECRET_GIT=wrong pipec 1 build p --repo "$smart" --ref other
expect_seen stderr 'Authentication failed'
pipec 1 build p --repo "http://127.0.0.1:$port/plain/nothing.git"
expect_seen stderr 'not found'
