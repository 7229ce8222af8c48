# behaviour 88
# A deploy state that this pipec has not made runs no probe, and is never replaced by an empty one:
# commands that need it end with an error, builds without effects go on.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace

mkdir target
cat >p.pipe <<END
environment Live { paths = ["$work/w"] }
deploy put(subject page: File) {
  run sh"cp \${page} $work/w/target/page"
  probe sh"echo probed >$work/w/target/probed"
}
END
cat >>p.pipe <<'END'
build copy(src: File) -> File { run sh"cat ${src} > ${out}" }
pipeline p() { let copied = copy(file("a.txt")) out file = copied }
pipeline d() { let copied = copy(file("a.txt")) stage ship { let done = put(copied, to = Live) } }
END
somebody_builds "$work/theirs" d
(cd "$work/theirs" && HOME=$work/somebody "$PIPEC" freeze Live --reason theirs -q) || fail 'somebody cannot freeze'
rm -rf .pipec target/*
cp -r "$work/theirs/.pipec" .

for round in looking 'set aside'; do
  for command in 'envs' 'envs --probe' 'history Live' 'freeze Live' 'unfreeze Live' 'rollback Live' 'approve d.done' 'build d'; do
    # shellcheck disable=SC2086  # words
    pipec 4 $command
    expect_seen stderr 'state\.db.*not believed.*`pipec trust`'
    expect "what $command made while $round" '' "$(ls target)"
  done
  pipec 0 build p
  pipec 0 build --no-deploy d
done
expect 'the deploy state' 1 "$(find .pipec -name state.db | wc -l)"
pipec 0 trust --yes
pipec 0 envs --format json
expect 'the freeze' theirs "$(json '.environments[0].freeze.reason')"
