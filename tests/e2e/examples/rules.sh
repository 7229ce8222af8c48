# examples/rules: a rule library packs what it has judged, and an edit reaches what its README says.
example=rules
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/examples/example.bash"

vets=(tools.built[{count-words,rot13,seconds}].program)
packages=(tools.built[{count-words,rot13,seconds}].package)
cases=(tools.built/cases{,#2,#3})
manuals=(tools.built/manual_of{,#2,#3})

pipec 0 check --strict
build 0
expect_executed "${vets[@]}" "${packages[@]}" "${cases[@]}" "${manuals[@]}"
mkdir unpacked
tar xzf .pipec/out/tools/packages/seconds.tar.gz -C unpacked
expect 'what the packed tool says' 5400 "$(unpacked/sbin/seconds 1h30m)"
expect 'its manual' 'usage: seconds TIME' "$(tail -n 1 unpacked/share/seconds.txt)"
build 0
expect_executed

edit rules/tool.pipe 's/House rules/The house rules/'
build 0
expect_executed

edit tools/rot13.sh '$s/$/ # the other way, too/'
build 0
expect_executed 'tools.built[rot13].program' 'tools.built[rot13].package' tools.built/cases#2 tools.built/manual_of#2

echo 'a => n' >>tests/rot13.txt
build 0
expect_executed tools.built/cases#2

edit rules/tool.pipe "s/^    check 'it has a line.*/&\n    check 'it says something' '(echo|printf) '/"
build 0
expect_executed "${vets[@]}"

edit rules/archive.pipe 's/gzip -9n/gzip -6n/'
build 0
expect_executed "${packages[@]}"

build 0 --public
expect_executed
expect 'the packages' $'count-words.tar.gz\nrot13.tar.gz' "$(ls .pipec/out/tools/packages)"
build 0
expect_executed

cp tools.pipe kept
printf 'test mine(subject program: File) proves rule.Vetted {\n  run ["true"]\n}\n' >>tools.pipe
pipec 2 check
expect_seen stderr 'E0603'
mv kept tools.pipe
cp tools.pipe kept
edit tools.pipe 's|tools/${name}.sh|tools/rot13.sh|'
pipec 2 plan
expect_seen stderr 'the tool `count-words` is called like its program, `rot13.sh`'
mv kept tools.pipe

edit tools/rot13.sh '/^set -eu$/d'
build 1 --keep-going
expect 'the check of the tool' failed "$(state 'tools.built[rot13].program')"
expect 'its package' skipped "$(state 'tools.built[rot13].package')"
pipec 0 log 'tools.built[rot13].program'
expect_seen stderr 'rot13.sh: it stops at the first error'
