# behaviour 78
# A collection beside a build removes nothing that the build has looked at, however old that is, and
# nothing it makes.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/cache/old.bash"
export PIPEC_TRUST=1 # its pipelines want what is outside of the workspace, or secrets

mkfifo "$work/gate" "$work/ready"
cat >p.pipe <<END
environment Gate { paths = ["$work"] }
environment Second { paths = ["$work"] }
build first(src: File) -> File { run sh"(cat \${src}; echo first) > \${out}" }
build second(src: File) -> File { run sh"(cat \${src}; echo second) > \${out}" }
deploy wait(subject what: File) { run sh"echo > $work/ready; cat $work/gate" }
build third(src: File) -> File { run sh"(cat \${src}; echo third) > \${out}" }
pipeline p() {
  stage one { let made = second(first(file("a.txt"))) }
  stage two { let waited = wait(made, to = Gate) }
  stage three { let last = third(made)
    let all = wait(last, to = Second)
  }
  out last = last
}
END
pipec 0 build p --no-deploy
rm -rf .pipec/history.db* "$cache/workspaces" # nothing is kept for what was built before
age 400
"$PIPEC" build p >"$work/out" 2>&1 </dev/null &
build=$!
read -r <"$work/ready"
age_again() { find "$cache/cas/blobs" -type f -mmin +120 | wc -l; }
pipec 0 cache gc --max-age 1s --max-size 1B
expect 'what the build has not used' 0 "$(age_again)"
echo >"$work/gate"
read -r <"$work/ready"
echo >"$work/gate"
wait $build || fail "the build failed: $(cat "$work/out")"
expect 'the output' $'a\nfirst\nsecond\nthird' "$(cat .pipec/out/p/last)"
grep -q 'lost' "$work/out" && fail 'the build had to make something again'
exit 0
