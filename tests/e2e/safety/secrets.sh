# behaviour 83
# A secret's value is in no argv, log, key, database or artifact.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

export PIPEC_SECRET_API_TOKEN=hunter2-5f0c9a
mkdir target
cat >p.pipe <<END
environment Live { paths = ["$PWD/target"] }
END
cat >>p.pipe <<'END'
source fetch(token: Secret) -> File {
  secrets = ["TOKEN": token]
  run sh"""
    test -n "$TOKEN"
    echo "the token is $TOKEN"
    cat /proc/$$/cmdline | tr '\0' ' '
    printf '%s' "$TOKEN" | wc -c > ${out}
    """
}
deploy put(subject what: File, root: String, token: Secret) {
  secret_files = ["token": token]
  run sh"""
    test -s "$SECRETS/token"
    cat "$SECRETS/token" >&2
    cp ${what} ${root}/what
    """
}
pipeline p(root: String, token: Secret = secret("api/token")) {
  let got = fetch(token)
  stage ship { put(got, to = Live, root = root, token = token) }
}
END
pipec 0 build p --root "$PWD/target" --events "$work/events" --profile "$work/profile" -v
expect 'the length that the step saw' 14 "$(tr -d ' ' <target/what)"
! grep -q hunter2 "$work/seen/stdout" "$work/seen/stderr" || fail 'the value was printed'
pipec 0 log p.got
! grep -q hunter2 "$work/seen/stdout" || fail 'the value is in the log'
expect_seen stdout 'the token is \*\*\*'
! grep -raq hunter2 "$PWD" "$XDG_CACHE_HOME" "$work/events" "$work/profile" || fail 'the value was stored'

sed -i 's/echo "the/echo "The/' p.pipe
unset PIPEC_SECRET_API_TOKEN
pipec 1 build p --root "$PWD/target"
expect_seen stderr 'PIPEC_SECRET_API_TOKEN'
