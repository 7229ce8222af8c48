# `pipec envs` and `pipec history` read the deploy state alone: no pipeline has to compile.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

mkdir sub
echo 'environment Later {}' >sub/q.pipe
pipec 0 envs
expect_seen stdout '^ENVIRONMENT +RELEASE +COMMIT +AGE +VERIFIED +REMARKS$'
expect_seen stdout '^p.pipe:Live +none$'
expect_seen stdout '^sub/q.pipe:Later +none$'
[[ ! -e .pipec/state.db ]] || fail 'a query wrote the deploy state'
pipec 2 history Live2
expect_seen stderr 'there is no environment `Live2`; did you mean `Live`\?'
pipec 0 history Live
expect_seen stderr 'nothing was ever deployed to `Live`'

commit one
commit_of_one=$(git rev-parse HEAD)
build 0
build 0
echo two >a.txt
build 0
release=$(about .recorded)
expect 'the document' pipec.envs/1 "$(json .schema)"
expect 'the fields' "p.pipe Live $release pass 2 $commit_of_one true" \
  "$(about '"\(.file) \(.name) \(.stable) \(.verified) \(.generation) \(.commit) \(.modified)"')"
echo 'no pipeline' >>p.pipe
pipec 2 check
pipec 0 envs
expect_seen stdout "^p.pipe:Live +${release:7:12} +${commit_of_one:0:12}\+ +[0-9]+ s +pass$"
pipec 0 history Live
expect_seen stderr 'left out: 1 time when there was nothing to do'
expect 'the lines' 3 "$(wc -l <"$work/seen/stdout")"
expect_seen stdout "^20[^ ]+Z +deploy +${release:7:12} +${commit_of_one:0:12}\+ +succeeded +$(id -un) +[0-9a-z]{12}$"
pipec 0 history p.pipe:Live --all -n 2 --format json
expect 'the newest' 'pipec.history/1 deploy noop' "$(json '"\(.schema) \(.entries | map(.kind) | join(" "))"')"

# One name in two files has to be said with its file, wherever one stands.
echo 'environment Live {}' >sub/q.pipe
pipec 2 freeze Live
expect_seen stderr 'there are several environments `Live`; say which:'
expect_seen stderr '^  sub/q.pipe:Live$'
cd sub
pipec 0 freeze q.pipe:Live
pipec 0 history ../p.pipe:Live
cd ..
pipec 0 envs sub/q.pipe:Live --format json
expect 'what is frozen' 'sub/q.pipe:Live true' "$(json '.environments[] | "\(.environment) \(.frozen)"')"
# What is deployed is known without its file, too.
rm p.pipe
pipec 0 envs
expect_seen stdout '^p.pipe:Live .* not declared here$'
