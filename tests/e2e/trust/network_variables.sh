# A variable that can change what a source gets is in its key, by its name and without passwords;
# how the network is reached is not.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
source s() -> File { run sh"printenv INDEX > ${out} || echo none > ${out}" }
pipeline p() { out it = s() }
END
got() { cat .pipec/out/p/it; }
build() { pipec 0 build p --format json "$@"; }
build
expect 'what it got' none "$(got)"
build --network-env INDEX=https://one.example
expect_executed p.it
expect 'what it got' https://one.example "$(got)"
pipec 0 why p.it
expect_seen stdout 'because: the network variable `INDEX` added: [0-9a-f]{12}$'
build --network-env INDEX=https://two.example
expect_executed p.it
pipec 0 why p.it
expect_seen stdout 'because: the network variable `INDEX` changed: [0-9a-f]{12} → [0-9a-f]{12}$'
build --network-env INDEX=https://one.example
expect_executed
expect 'what it got' https://one.example "$(got)"
build
expect_executed
expect 'what it got' none "$(got)"

# Who asks is not what is asked: as a secret, a password fetches nothing again, and stands in no
# key.
cat >key.pipe <<'END'
source quiet() -> File { run sh"echo fetched > ${out}" }
pipeline key() { out it = quiet() }
END
pipec 0 build key --network-env INDEX=https://ada:first-password@one.example/
pipec 0 build key --network-env INDEX=https://ada:other-password@one.example/ --format json
expect_executed
! grep -raq -e first-password -e other-password "$XDG_CACHE_HOME" .pipec "$work/seen" || fail 'a key has the password'

# Proxies and certificates of the user's own say how, and not what.
https_proxy=http://127.0.0.1:9 SSL_CERT_FILE=/nowhere pipec 0 build key --format json
expect_executed key.it # none of the builds above was without the variable
https_proxy=http://127.0.0.1:8 pipec 0 build key --network-env no_proxy=x --format json
expect_executed
mkdir -p "$HOME/.config/pipec"
echo '{"network": {"env": ["https_proxy=http://127.0.0.1:7"]}}' >"$HOME/.config/pipec/config.json"
pipec 0 build key --format json
expect_executed
rm "$HOME/.config/pipec/config.json"

# What one repository redirects, another is not served: also not by a proxy.
echo '{"network": {"env": ["https_proxy=http://mirror.example"]}}' >.pipec/config.json
pipec 0 trust key --yes
pipec 0 build key --format json
expect_executed key.it
mkdir -p "$work/other/.pipec"
cp key.pipe "$work/other"
cd "$work/other"
sed -i 's/echo fetched/printenv https_proxy/; s/ > / > /' key.pipe
cp key.pipe "$work/w"
cd "$work/w"
pipec 0 build key
expect 'what the first got' http://mirror.example "$(cat .pipec/out/key/it)"
cd "$work/other"
https_proxy=http://own.example pipec 0 build key --format json
expect_executed key.it
expect 'what the other got' http://own.example "$(cat .pipec/out/key/it)"
