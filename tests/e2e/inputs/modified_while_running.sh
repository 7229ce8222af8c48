# behaviour 25
# A file that is modified while a step uses it: the result is not cached, the user is told, the next
# run executes it again.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/inputs/stopped_step.bash"

cat >p.pipe <<END
build look(src: File) -> File {
  out = "seen.txt"
  run sh"$stop; cat \${src} > \${out}"
}
pipeline p() {
  let seen = look(file("a.txt"))
  out seen = seen
}
END
edit() { echo "$1" >a.txt; }
edit one
while_it_runs 0 edit two
expect 'what it saw' one "$(cat .pipec/out/p/seen)"
expect_seen stderr '^warning: `a\.txt` was modified while `p\.seen` ran.* not cached; build again$'
expect 'what is told' '["a.txt"]' "$(json -c '.nodes[] | select(.label == "p.seen").modified')"

# As it was before, too: nothing of the first run is served.
edit one
while_it_runs 0 nothing
expect_executed p.seen
pipec 0 build p --format json
expect_executed
edit two
while_it_runs 0 nothing
expect 'what it saw' two "$(cat .pipec/out/p/seen)"

# Another file in its place, of the same size and the same old time.
replace() { echo six >a.new && touch -d 2001-01-01 a.new && mv a.new a.txt; }
edit ten
touch -d 2001-01-01 a.txt
while_it_runs 0 replace
expect_seen stderr '^warning: `a\.txt` was modified'
while_it_runs 0 nothing
expect_executed p.seen
expect 'what it saw' six "$(cat .pipec/out/p/seen)"

# A touch is no modification, and what is no input may change.
touch_it() { touch a.txt && echo >b.txt; }
edit four
while_it_runs 0 touch_it
! grep -q modified "$work/seen/stderr" || fail 'told of a modification'
pipec 0 build p --format json
expect_executed
