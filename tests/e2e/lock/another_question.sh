# A pin whose source asks something else now is neither used nor passed over; one of other
# parameters is a warning; a rename keeps it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/upstream.bash"

pipec 0 pin
sed -i 's/let tool = /let renamed = /; s/out tool = tool/out tool = renamed/; s/mkdir \${out} &&/mkdir -p ${out};/' p.pipe
silence tool
pipec 0 build p
content tool 'tool t1'

answer other o1
sed -i 's/let renamed = fetch("tool")/let tool = fetch("other")/; s/out tool = renamed/out tool = tool/' p.pipe
pipec 1 plan p
expect_seen stdout '^would fail +p\.tool: '
pipec 1 build p -k
expect_seen stderr '^error\[R1017\]: pipe\.lock pins another question of it: `tool` instead of `other`$'
expect_seen stderr '= help: `pipec pin p\.tool`'
cp pipe.lock before
pipec 0 pin p.tool
pipec 0 build p
content tool 'other o1'
expect 'the other pin' m1 "$(pinned p.pipe:p.main)"

answer dev d1
pipec 0 build p --branch dev
expect_seen stderr '^warning: `p\.main` is pinned in pipe\.lock, but not for these parameters \(`dev`\)'
content main 'dev d1'
pipec 0 pin p --branch dev
expect 'its pin' d1 "$(pinned 'p.pipe:p.main --branch=dev')"
expect 'the pin without parameters' m1 "$(pinned p.pipe:p.main)"
silence dev
silence main
for branch in dev main; do
  pipec 0 build p --branch "$branch"
  if grep -q warning "$work/seen/stderr"; then fail "there is a warning for $branch"; fi
done

cat >q.pipe <<END
source fetch(list: File) -> File {
  resolve sh"cat \${list}"
  run     sh"cat \${list} > \${out}"
}
pipeline q() {
  out q = fetch(file("list.txt"))
}
END
echo one >list.txt
pipec 0 pin q
pipec 0 build q
echo two >list.txt
pipec 1 build q
expect_seen stderr '^error\[R1017\]: .*the content of what it mentions has changed$'
