# git.checkout: a password is sent to the scheme, host and port of `repo` alone, whatever redirects
# and submodules name.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/git.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

# Two servers of the files below $work/served: the first for who logs in, the second for everybody;
# each writes down who has tried to. `/to/CODE/PORT/…` of the first redirects there.
cat >"$work/server.py" <<'END'
import functools, http.server, sys, threading

class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        own = self.server is servers[0]
        given = self.headers.get("Authorization")
        if given:
            with open(sys.argv[2] + ("/own" if own else "/other"), "a") as log:
                log.write(given + "\n")
        if not given and (own or self.path.startswith("/closed")):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.end_headers()
        elif self.path.startswith("/to/"):
            _, _, code, place, rest = self.path.split("/", 4)
            self.send_response(int(code))
            self.send_header("Location", f"http://{place}/{rest}")
            self.end_headers()
        else:
            self.path = self.path.removeprefix("/closed")
            super().do_GET()

handler = functools.partial(Handler, directory=sys.argv[1])
servers = [http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), handler) for port in sys.argv[3:]]
threading.Thread(target=servers[1].serve_forever, daemon=True).start()
servers[0].serve_forever()
END
served=$work/served logins=$work/logins
mkdir "$served" "$logins"
own=$(free_port) other=$(free_port)
serve "$own" python3 "$work/server.py" "$served" "$logins" "$own" "$other"

# publish NAME SUBMODULE-URL: a bare repository below $served whose submodule `lib` is at the URL.
publish() {
  git init --quiet "$work/$1"
  printf '[submodule "lib"]\n\tpath = lib\n\turl = %s\n' "$2" >"$work/$1/.gitmodules"
  echo "$1" >"$work/$1/name"
  git -C "$work/$1" add .
  git -C "$work/$1" update-index --add --cacheinfo "160000,$(git -C "$module" rev-parse HEAD),lib"
  git -C "$work/$1" commit --quiet --message "$1"
  git clone --quiet --bare "$work/$1" "$served/$1.git"
  git -C "$served/$1.git" update-server-info
}
git clone --quiet --bare "$module" "$served/lib.git"
git -C "$served/lib.git" update-server-info
publish beside ../lib.git
publish elsewhere "http://127.0.0.1:$other/closed/lib.git"
publish name "http://localhost:$other/closed/lib.git"
publish open "http://127.0.0.1:$other/lib.git"

cat >p.pipe <<'END'
use std.git
pipeline p(repo: Url, submodules: Bool = true) {
  out src = git.checkout(repo, ref = "main", submodules = submodules, user = "bot", password = secret("git"))
}
END
export PIPEC_SECRET_GIT='s3cret-pass-word'
nobody_else() {
  [[ ! -e $logins/other ]] || fail "the other server was told: $(head -n 1 "$logins/other" | sed 's/Basic //' | base64 -d)"
}

pipec 0 build p --repo "http://127.0.0.1:$own/beside.git"
expect 'the submodule of the same server' inner "$(cat .pipec/out/p/src/lib/inner.txt)"
[[ -s $logins/own ]] || fail 'nobody has logged in'
for module_of in elsewhere name; do
  pipec 1 build p --repo "http://127.0.0.1:$own/$module_of.git"
  expect_seen stderr "that server wants a password; \`password\` is for http://127.0.0.1:$own alone"
  nobody_else
done
pipec 0 build p --repo "http://127.0.0.1:$own/open.git"
nobody_else
expect 'the submodule that needs no password' inner "$(cat .pipec/out/p/src/lib/inner.txt)"

for redirect in "301/127.0.0.1:$other/closed" "302/127.0.0.1:$other" "307/localhost:$other" "308/localhost:$own"; do
  pipec 1 build p --repo "http://127.0.0.1:$own/to/$redirect/beside.git"
  expect_seen stderr "the server redirects, and \`password\` is for http://127.0.0.1:$own alone"
  nobody_else
done
# Without a password the first answer may redirect, as git has it.
sed -i 's/, password = secret("git")//' p.pipe
pipec 0 build p --repo "http://127.0.0.1:$other/to/302/127.0.0.1:$other/open.git" --submodules=false
expect 'what the redirect leads to' open "$(cat .pipec/out/p/src/name)"
