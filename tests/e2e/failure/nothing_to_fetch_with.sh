# A source without an identity and a secret without a value have codes of their own: no command has
# failed.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

cat >p.pipe <<'END'
source quiet() -> File {
  resolve sh"false | cat"
  run sh"echo fetched > ${out}"
}
source dated() -> File {
  resolve sh"echo 1"
  run sh"echo ${id} > ${out}"
}
source locked(token: Secret) -> File {
  secrets = ["TOKEN": token]
  run sh"echo fetched > ${out}"
}
pipeline empty() { out it = quiet() }
pipeline asked() { out it = dated() }
pipeline secret_one() { out it = locked(secret("example/read")) }
END

pipec 1 build empty
expect_seen stderr 'error.R1016.*`resolve` succeeded but printed nothing'
pipec 1 build asked --offline
expect_seen stderr 'error.R1016.*--offline, and it has never been resolved here before'
pipec 0 build asked
pipec 0 build asked --offline
pipec 1 build secret_one
expect_seen stderr 'error.R1015.*there is no secret `example/read`: set the variable PIPEC_SECRET_EXAMPLE_READ'
PIPEC_SECRET_EXAMPLE_READ=x pipec 0 build secret_one
pipec 0 explain R1015 R1016
