# behaviour 72
# A deploy that is killed at any moment leaves nginx one whole release to serve, and the
# environment's record true or unknown.
# PIPEC_DEPLOY_KILLS: how many (6). PIPEC_DEPLOY_KILLS_SEED names the moments.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

seed=${PIPEC_DEPLOY_KILLS_SEED:-$RANDOM}
RANDOM=$seed
root=$work/www
port=$(free_port)
mkdir -p "$root" "$work/nginx" site/parts
user=''
((EUID)) || user='user root;'
cat >"$work/nginx/nginx.conf" <<END
$user
daemon off;
pid "$work/nginx/pid";
error_log "$work/nginx/error.log";
events {}
http {
  access_log off;
  client_body_temp_path "$work/nginx/tmp";
  proxy_temp_path "$work/nginx/tmp";
  fastcgi_temp_path "$work/nginx/tmp";
  uwsgi_temp_path "$work/nginx/tmp";
  scgi_temp_path "$work/nginx/tmp";
  server {
    listen 127.0.0.1:$port;
    root "$root/current";
  }
}
END
PATH=$PATH:/usr/sbin serve "$port" nginx -e "$work/nginx/error.log" -c "$work/nginx/nginx.conf"

cat >p.pipe <<END
use std.deploy
environment Live {
  url   = "http://127.0.0.1:$port/"
  paths = ["$root"]
}
END
cat >>p.pipe <<'END'
test answers(site: Deployment) {
  run sh"curl -fsS ${site.url}/text >/dev/null"
}
pipeline p(root: String) {
  stage ship {
    let live = deploy.directory(dir("site"), to = Live, root = root, keep = 3)
    answers(live)
  }
}
END
parts=40
# content TEXT: a release of which every file says TEXT.
content() {
  local part
  echo "$1" >site/text
  for ((part = 0; part < parts; part++)); do echo "$1" >"site/parts/$part"; done
}
# served: what the server answers for every file, each answer once.
served() {
  local part urls=()
  for ((part = 0; part < parts; part++)); do urls+=("http://127.0.0.1:$port/parts/$part"); done
  curl --silent --show-error --fail "http://127.0.0.1:$port/text" "${urls[@]}" | sort -u
}

content start
pipec 0 build p --root "$root"
before=start
cut=0
for ((kill = 1; kill <= ${PIPEC_DEPLOY_KILLS:-6}; kill++)); do
  : "kill $kill of seed $seed"
  content "release $kill"
  setsid "$PIPEC" build -C "$PWD" p --root "$root" >"$work/seen/killed" 2>&1 </dev/null &
  sleep "$(printf '0.%04d' $((RANDOM % 4000)))" # the moment, not a wait for something
  if ((RANDOM % 2)); then
    kill -KILL -- -$! 2>/dev/null || true
  else
    kill -KILL $! 2>/dev/null || true
  fi
  code=0
  { wait $! || code=$?; } 2>/dev/null
  ((code == 137 || code == 0)) || fail "seed $seed, kill $kill: the build ended with $code: $(cat "$work/seen/killed")"
  # Takes the environment's lock, so what the killed one left is dead by then.
  pipec 0 envs --probe --format json
  now=$(served)
  [[ $now == "$before" || $now == "release $kill" ]] || fail "seed $seed, kill $kill: served is a mixture: $now"
  recorded=$(json '.environments[0].recorded')
  recorded=${recorded#sha256:}
  link=$(basename "$(readlink "$root/current")")
  [[ $recorded == unknown || $recorded == "$link" ]] || fail "seed $seed, kill $kill: recorded is $recorded, and $link is there"
  [[ $recorded != unknown ]] || cut=$((cut + 1))
  pipec 0 build p --root "$root"
  expect "seed $seed, kill $kill: what is served after the next build" "release $kill" "$(served)"
  pipec 0 envs --format json
  expect "seed $seed, kill $kill: what is recorded then" "sha256:$(basename "$(readlink "$root/current")")" "$(json '.environments[0].recorded')"
  expect "seed $seed, kill $kill: what is verified then" pass "$(json '.environments[0].verified')"
  before="release $kill"
done
echo "seed $seed: $cut of $((kill - 1)) deploys were cut off in the middle"
