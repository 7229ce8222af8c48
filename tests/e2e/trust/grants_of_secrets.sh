# A secret is given to no source that nobody has granted it to, nor is what was fetched with it for
# somebody else.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

export PIPEC_SECRET_AWS=value-of-production
cat >p.pipe <<'END'
source fetch(token: Secret) -> File {
  secrets = ["TOKEN": token]
  run sh"printenv TOKEN | rev > ${out}"
}
source asked(token: Secret) -> File {
  secret_files = ["token": token]
  resolve sh"rev $SECRETS/token"
  run sh"echo ${id} > ${out}"
}
pipeline fetches() { out it = fetch(secret("aws")) }
pipeline asks() { out it = asked(secret("aws")) }
END
refused() {
  pipec 2 "$@"
  expect_seen stderr '^error\[R1024\]: `.*` wants to have the secret `aws`, and '
  ! grep -rq noitcudorp .pipec "$XDG_CACHE_HOME" "$work/seen" 2>/dev/null || fail "$*: a step had the secret"
}
refused build fetches
refused build asks
refused pin asks
refused build fetches --untrusted
pipec 0 plan
expect_seen stdout '^wants  *to have the secret `aws`: fetches.it \(p.pipe:10\) and 1 more, not granted$'

pipec 0 trust fetches --yes
pipec 0 build fetches
pipec 0 build asks # the wish is the same
# Another workspace is served what the first has fetched only if it may have the secret.
mkdir -p "$work/other/.pipec"
cp p.pipe "$work/other"
cd "$work/other"
pipec 2 build fetches
expect_seen stderr '^error\[R1024\]'
pipec 0 build fetches --trust --format json
expect 'how it came' cached "$(state fetches.it)"

# What takes a list of run-time length is known when that is expanded, and refused then.
cat >l.pipe <<'END'
build names() -> Dir { run sh"mkdir ${out} && touch ${out}/a ${out}/b" }
build copy(src: File) -> File { run sh"cp ${src} ${out}" }
source fetch(files: List<File>, token: Secret) -> File {
  secrets = ["TOKEN": token]
  run sh"cat ${files} > ${out} && printenv TOKEN | rev >> ${out}"
}
pipeline l() {
  let made = names()
  let all = [for name in made.files("*") => copy(name)]
  let got = fetch(all, token = secret("late"))
}
END
PIPEC_SECRET_LATE=of-a-late-one pipec 1 build l
expect_seen stderr '^error\[R1024\]: `l.got` wants to have the secret `late`'
! grep -rq eno-etal .pipec "$XDG_CACHE_HOME" || fail 'it had the secret'
