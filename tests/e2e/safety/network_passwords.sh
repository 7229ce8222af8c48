# What lets somebody in at a proxy or an index is masked in what steps print, and refused in what
# they make.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
source say(name: String) -> File {
  run sh"""
    printenv | grep -i -e proxy -e index -e token
    printenv ${name} | sed 's|^[a-z0-9]*://||; s|@.*||' | base64
    printf 'http %s' "$(printenv ${name} | sed 's|.*://||; s|@.*||; s|.*:||')"
    echo done > ${out}
    """
}
source keep(name: String, how: String) -> File {
  run sh"""
    printenv ${name} | sed 's|^[a-z0-9]*://||; s|@.*||; s|%21|!|g' | if [ ${how} = base64 ]; then base64; else cat; fi > ${out}
    """
}
pipeline say_it(name: String) { out it = say(name) }
pipeline keep_it(name: String, how: String = "plain") { out it = keep(name, how = how) }
END
export https_proxy=http://user:pw-of-the-proxy@127.0.0.1:9 PIP_INDEX_URL=https://token:pw-of-the-index@127.0.0.1/simple
export NPM_TOKEN=token-of-npm-itself no_proxy=localhost
export all_proxy=socks5://me:pw%21of%21all@127.0.0.1:9 HTTP_PROXY=someone:pw-without-scheme@127.0.0.1:9 ftp_proxy=http://a:short@h
passed=(--network-env PIP_INDEX_URL --network-env NPM_TOKEN --network-env ftp_proxy
  --network-env 'UV_INDEX_URL=https://only-a-token-here@127.0.0.1/')

for name in https_proxy PIP_INDEX_URL all_proxy HTTP_PROXY UV_INDEX_URL; do
  pipec 0 build say_it --name "$name" "${passed[@]}" --events "$work/events"
  expect_seen stderr 'https_proxy=http://(user:)?\*\*\*@127\.0\.0\.1:9'
  expect_seen stderr 'no_proxy=localhost'
  for how in plain base64; do
    pipec 1 build keep_it --name "$name" --how "$how" "${passed[@]}"
    expect_seen stderr "error\[R1020\]: .*contains the value of the secret \`"
  done
done
secrets=(-e pw-of-the-proxy -e pw-of-the-index -e 'pw%21of' -e 'pw!of' -e pw-without -e only-a-token -e token-of-npm -e 'a:short@')
for password in user:pw-of-the-proxy token:pw-of-the-index only-a-token-here; do
  secrets+=(-e "$(printf '%s' "$password" | base64 | head -c 16)")
done
! grep -ra "${secrets[@]}" "$work/seen" "$work/events" "$PWD" "$XDG_CACHE_HOME" || fail 'a password was kept'

# A Url of a program is in keys, labels and histories: there it is refused, and not shown.
cat >u.pipe <<'END'
source get(from: Url) -> File { run sh"echo ${from} > ${out}" }
pipeline typed(repo: Url) { out it = get(repo) }
pipeline made(token: String) { out it = get(url("https://bot:${token}@127.0.0.1/")) }
END
for url in https://bot:pw-of-a-url@127.0.0.1/ https://ghp_0123456789pw-of-a-url@127.0.0.1/; do
  pipec 2 build u.pipe:typed --repo "$url"
  expect_seen stderr 'got `https://\*\*\*@127\.0\.0\.1/`'
  ! grep -ra pw-of-a-url "$work/seen" "$PWD/.pipec" "$XDG_CACHE_HOME" || fail 'the password was shown'
done
pipec 2 build u.pipe:made --token pw-of-a-url
expect_seen stderr 'error\[E0416\]: "https://\*\*\*@127\.0\.0\.1/" is no place for a secret: it has a password in it'
! grep -ra pw-of-a-url "$work/seen" "$XDG_CACHE_HOME" || fail 'the password was shown'
pipec 0 build u.pipe:typed --repo ssh://git@127.0.0.1/x
pipec 0 build u.pipe:typed --repo https://bot@127.0.0.1/x
