# `pipec retry` is a new attempt of an execution: the same parameters, targets and sources; what
# succeeded is cached, and the attempt before stays with its logs.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# Without isolation, so that something outside decides what is resolved, and whether the test
# passes.
cat >p.pipe <<PIPE
source remote(name: String) -> File {
  resolve sh"cat '$work/head'"
  run sh"echo \${name} \${id} > \${out}"
}
build make(src: File) -> File { run sh"cp \${src} \${out}" }
test check(subject made: File) { run sh"cat \${made}; cat '$work/verdict'; grep -q pass '$work/verdict'" }
pipeline p(branch: String = "main") {
  let src     = remote(branch)
  let made    = make(src)
  let checked = check(made)
  let unasked = make(file("p.pipe"))
}
PIPE
echo one >"$work/head"
echo fail >"$work/verdict"
pipec 1 build p.checked --sandbox off --branch dev --format json
id=$(json .execution)

# The source has moved on, and the pipeline was edited: the attempt is about what the first one had.
echo two >"$work/head"
echo pass >"$work/verdict"
sed -i 's/made}; /made}; echo edited; /' p.pipe
pipec 0 retry "$id" --sandbox off --format json
expect 'the id' "$id.2" "$(json .execution)"
expect_executed p.checked
expect 'the source' 'cached one' "$(json '.nodes[] | select(.label == "p.src") | "\(.state) \(.identity)"')"
expect 'what was not asked for' absent "$(state p.unasked)"
pipec 0 log p.checked --execution "$id"
expect 'the log of the newest attempt' 'dev one
edited
pass' "$(cat "$work/seen/stdout")"
pipec 0 log p.checked --execution "$id.1"
expect 'the log of the first attempt' 'dev one
fail' "$(cat "$work/seen/stdout")"

pipec 0 executions --format json
expect 'one execution with two attempts' "$id 2/2 succeeded" \
  "$(json '.executions[] | "\(.execution) \(.attempt)/\(.attempts) \(.state)"')"
pipec 0 show "$id" --format json
expect 'the attempts' "1 failed, 2 succeeded" "$(json '[.history[] | "\(.attempt) \(.state)"] | join(", ")')"
pipec 0 show "$id.1" --format json
expect 'the first attempt' failed "$(json .state)"

# Again: nothing left to do.
pipec 0 retry "$id" --sandbox off --format json
expect 'the id' "$id.3" "$(json .execution)"
expect_executed
# A build of its own asks the source again.
pipec 0 build p.checked --sandbox off --branch dev --format json
expect 'the source' two "$(json '.nodes[] | select(.label == "p.src").identity')"

pipec 2 retry none
expect_seen stderr 'there is no execution `none`'
rm p.pipe
pipec 2 retry "$id"
expect_seen stderr 'p\.pipe'
