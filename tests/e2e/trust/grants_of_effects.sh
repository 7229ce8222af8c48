# Deploys inside of the workspace need no grant. Outside, and with secrets, they are asked for: of
# the deploy, its live test, the probe and a rollback from what is recorded.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir shelf "$work/shelf"
outside=$(readlink -f "$work/shelf")
cat >p.pipe <<END
environment Inside { paths = ["shelf"] }
environment Outside { paths = ["../shelf"] }
END
cat >>p.pipe <<'END'
deploy put(subject page: File, root: String) {
  run sh"cp ${page} ${root}/page; echo ${release} > ${root}/release"
  probe sh"cat ${root}/release"
}
test look(live: Deployment, root: String) { run sh"test -e ${root}/page" }
test locked(live: Deployment, token: Secret) {
  secrets = ["TOKEN": token]
  run sh"printenv TOKEN"
}
pipeline inside(root: String) {
  stage ship {
    let live = put(file("a.txt"), to = Inside, root = root)
    look(live, root = root)
  }
}
pipeline outside(root: String) {
  stage ship {
    let live = put(file("a.txt"), to = Outside, root = root)
    look(live, root = root)
  }
}
pipeline tested(root: String) {
  stage ship {
    let live = put(file("a.txt"), to = Inside, root = root)
    locked(live, token = secret("live"))
  }
}
END
echo one >a.txt
pipec 0 build inside --root "$PWD/shelf"
pipec 2 build outside --root "$work/shelf"
expect_seen stderr "^error\[R1024\]: \`outside.ship.live\` wants to write \`$outside\`"
[[ ! -e $work/shelf/page ]] || fail 'it was deployed'
PIPEC_SECRET_LIVE=x pipec 2 build tested --root "$PWD/shelf"
expect_seen stderr '^error\[R1024\]: `tested.ship.*` wants to have the secret `live`'
# What is not to run wants nothing.
pipec 0 build outside --root "$work/shelf" --no-deploy
pipec 0 plan outside --root "$work/shelf" --no-deploy --format json
expect 'the wants' 0 "$(json '.wants | length')"

pipec 0 trust outside --root "$work/shelf" --yes
pipec 0 build outside --root "$work/shelf"
echo two >a.txt
pipec 0 build outside --root "$work/shelf"

# The deploy state remembers what to run, and not that it may.
pipec 0 trust --revoke
pipec 1 envs Outside --probe
expect_seen stderr "wants to write \`$outside\`, and nobody has granted that"
release=$(sed -n 1p "$work/shelf/release")
pipec 0 history Outside --format json
older=$(json '[.entries[] | select(.kind == "deploy")][-1].release')
[[ $older != "$release" ]] || fail 'there is one release only'
pipec 1 rollback Outside --to "$older"
expect_seen stderr 'was not rolled back: `Outside` wants to write .*, and nobody has granted that'
expect 'what is there' two "$(<"$work/shelf/page")"
PIPEC_TRUST=0 pipec 2 rollback Outside --to "$older"
expect_seen stderr 'an untrusted run .* does nothing to environments'
pipec 0 rollback Outside --to "$older" --trust
expect 'what is there' one "$(<"$work/shelf/page")"

# An untrusted run has no effects, also where they would need no grant.
echo three >a.txt
pipec 0 build inside --root "$PWD/shelf" --untrusted --format json
expect 'the state of the deploy' skipped "$(state inside.ship.live)"
expect 'what is there' one "$(<shelf/page)"
pipec 2 build inside --root "$PWD/shelf" --untrusted --deploy Inside
pipec 2 build inside --root "$PWD/shelf" --untrusted --sandbox off
expect_seen stderr 'an untrusted run is isolated'

# A deploy that may write in the workspace cannot make its neighbour write elsewhere.
cat >e.pipe <<'END'
environment A { paths = ["shelf"] }
environment B { paths = ["shelf/b"] }
deploy link(subject page: File, from: String, into: String) { run sh"ln -s ${into} ${from}" }
deploy write(subject page: File, root: String) { run sh"cp ${page} ${root}/taken" }
pipeline e(root: String, elsewhere: String) {
  stage one { link(file("a.txt"), to = A, from = "${root}/b", into = elsewhere) }
  stage two { write(file("a.txt"), to = B, root = "${root}/b") }
}
END
pipec 1 build e --root "$PWD/shelf" --elsewhere "$work/shelf"
expect_seen stderr "^error\[R1024\]: .*wants to write \`$outside\`"
[[ ! -e $work/shelf/taken ]] || fail 'the second one wrote where the first one led it'
