# `pipec executions` lists what was built, the newest first, and `pipec show` has all of one:
# stages, nodes, artifacts, logs and tests.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'PIPE'
source remote(name: String) -> File {
  resolve sh"echo 0123456789abcdef0123456789abcdef01234567"
  run sh"echo ${name} ${id} > ${out}"
}
build make(src: File) -> File { run sh"echo making; cp ${src} ${out}" }
test check(subject made: File) {
  run sh"""
    echo '<testsuite name="s"><testcase name="c"/></testsuite>' > ${report}/r.xml
    grep -q main ${made}
    """
}
pipeline p(branch: String = "main") {
  stage get { let src = remote(branch) }
  stage use {
    let made    = make(src)
    let checked = check(made)
  }
}
pipeline other() { let made = make(file("p.pipe")) }
PIPE
pipec 0 executions
expect 'the list' '' "$(cat "$work/seen/stdout")"
pipec 0 build p --format json
first=$(json .execution)
digest=$(json '.nodes[] | select(.label == "p.use.made").outputs[0].digest')
pipec 1 build p --branch dev --format json
second=$(json .execution)
pipec 0 build other --format json
third=$(json .execution)

pipec 0 executions
expect 'the order' "$third $second $first" "$(cut -d' ' -f1 "$work/seen/stdout" | xargs)"
expect_seen stdout "^$second  failed +[-0-9]{10}T[:0-9]{8}Z  .* s  p\.pipe:p --branch=dev  @0123456789ab  3 executed, 0 cached, 1 failed\$"
pipec 0 executions p --limit 1 --format json
expect 'the schema' pipec.executions/1 "$(json .schema)"
expect 'the newest of a pipeline' "$second failed p.pipe p dev 1/1" \
  "$(json '.executions[] | "\(.execution) \(.state) \(.module) \(.pipeline) \(.parameters[0].value) \(.attempt)/\(.attempts)"')"
expect 'its counts and commit' '3 1 0123456789abcdef0123456789abcdef01234567' \
  "$(json '.executions[0] | "\(.counts.executed) \(.counts.failed) \(.sources[0].identity)"')"

pipec 0 show "$first"
expect_seen stdout "^execution $first: succeeded\$"
expect_seen stdout '^  use: succeeded$'
expect_seen stdout "^ +out  $digest\$"
expect_seen stdout "pipec log p\.use\.made --execution $first\$"
expect_seen stdout '^  p\.use\.checked: 1 cases, 0 failed'
pipec 0 show "$second" --format json
expect 'the schema' pipec.execution/1 "$(json .schema)"
expect 'the stages' 'get succeeded, use failed' "$(json '[.stages[] | "\(.name) \(.state)"] | join(", ")')"
expect 'the failure' R1006 "$(json '.nodes[] | select(.label == "p.use.checked").failure.code')"

# So much of an id as is unique is enough, everywhere.
pipec 0 log p.use.made --execution "${first:0:11}"
expect 'the log' making "$(cat "$work/seen/stdout")"
pipec 0 get p.use.made --execution "$first" -o -
expect 'the artifact of then' 'main 0123456789abcdef0123456789abcdef01234567' "$(cat "$work/seen/stdout")"
pipec 2 show "${first:0:1}"
expect_seen stderr 'is the beginning of several executions: `'
pipec 2 show nothing
expect_seen stderr 'there is no execution `nothing`'
pipec 2 show
expect_seen stderr 'wants the ID of one execution'
