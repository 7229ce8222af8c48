# A module is a file of the workspace: nothing behind a link that leaves it is read, wherever the
# link stands.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

export PIPEC_SECRET_TOKEN=hunter2hunter2
mkdir "$work/elsewhere" inside
echo 'text of another folder' >"$work/elsewhere/y.pipe"
printf 'environment Theirs { paths = ["x"] }\n' >"$work/elsewhere/env.pipe"
silent() {
  ! grep -E -e hunter2 -e 'text of another' -e Theirs "$work/seen/stdout" "$work/seen/stderr" || fail "$1 shows what is elsewhere"
}

# Found in the folder, named, in a folder below, by an absolute link, through a folder.
ln -s /proc/self/environ environ.pipe
ln -s ../../elsewhere/y.pipe inside/y.pipe
ln -s "$work/elsewhere" d
for command in 'check' 'check --format json' 'check environ.pipe' 'check ...' 'check inside/...' 'check d/y.pipe' 'check d/...' \
  'build' 'build environ.pipe' 'plan' 'list' 'check --fix' 'fmt environ.pipe' 'fmt --diff inside/y.pipe' 'fmt d/...' 'fmt --check d/y.pipe'; do
  # shellcheck disable=SC2086
  pipec 2 $command
  cat "$work/seen/stdout" >>"$work/seen/stderr"
  expect_seen stderr 'is a link that leaves the workspace'
  silent "pipec $command"
done
pipec 2 check --format json
expect 'the code' 'E0705 `environ.pipe` is a link that leaves the workspace' "$(json '.diagnostics[0] | "\(.code) \(.message)"')"
rm environ.pipe inside/y.pipe

# Imported.
for path in d/y d/y.pipe d/../d/y.pipe d/missing.pipe; do
  printf 'use "./%s" as y\n\npipeline p() { let _x = 1 }\n' "$path" >z.pipe
  pipec 2 check
  silent "an import of $path"
done
printf 'use "./d/y.pipe" as y\n\npipeline p() { let _x = 1 }\n' >z.pipe
pipec 2 check
expect_seen stderr 'error\[E0705\]: `d/y.pipe` is a link that leaves the workspace'
printf 'use "./fifo.pipe" as y\n\npipeline p() { let _x = 1 }\n' >z.pipe
mkfifo "$work/w/pipe-of-somebody"
ln -s pipe-of-somebody fifo.pipe
pipec 2 check z.pipe
expect_seen stderr '`fifo.pipe` is not a file'
rm fifo.pipe z.pipe

# Environments that are declared elsewhere are none of here.
ln -s "$work/elsewhere/env.pipe" env.pipe
pipec 0 envs
silent envs
rm env.pipe

# The configuration.
ln -s "$work/elsewhere/y.pipe" .pipec/config.json
echo 'pipeline p() { let _x = 1 }' >a.pipe
pipec 2 build
expect_seen stderr 'config.json` is a link that leaves the workspace'
silent 'the configuration'
rm .pipec/config.json

# Links that stay inside are files like any other, also when they say where they lead from the top.
mkdir real
echo 'pub let one: Int = 1' >real/m.pipe
ln -s real linked
ln -s "$PWD/real/m.pipe" n.pipe
printf 'use "./linked/m.pipe" as m\nuse "./n.pipe" as n\n\npipeline p() { let _x = m.one + n.one }\n' >a.pipe
pipec 0 check a.pipe
pipec 0 check n.pipe
pipec 0 check linked/...
pipec 0 fmt --check n.pipe
