# behaviour 77
# A secret that another one takes the place of is told by its name, and its value by nobody.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

export PIPEC_SECRET_FIRST=hunter2-one PIPEC_SECRET_SECOND=hunter2-two
cat >p.pipe <<'END'
source fetch(token: Secret) -> File {
  secrets = ["TOKEN": token]
  run sh"printf %s $TOKEN | wc -c > ${out}"
}
pipeline p() { let got = fetch(secret("first")) }
END
pipec 0 build p
sed -i 's/"first"/"second"/' p.pipe
pipec 0 plan p
expect_seen stdout '^would execute *p.got: the secret in `TOKEN` changed: `first` → `second`$'
pipec 0 build p
pipec 0 why p.got
expect_seen stdout 'because: the secret in `TOKEN` changed: `first` → `second`$'
! grep -raq hunter2 .pipec "$XDG_CACHE_HOME" "$work/seen" || fail 'the value was stored or shown'
