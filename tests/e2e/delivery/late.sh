# behaviour 73
# Where no commits say which is newer, what was resolved first is older: a build that comes late is
# superseded.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/delivery/site.bash"

rm -rf .git
sed -i '1i environment Elsewhere { paths = ["'"$work"'"] }' p.pipe
cat >>p.pipe <<'END'
deploy pause(subject page: File, root: String) { run sh"${gate(root, step = "pause")}" }
pipeline slow(root: String) {
  stage one { pause(file("p.pipe"), to = Elsewhere, root = root) }
  stage two { let live = put(upper(file("a.txt")), to = Live, root = root) }
}
END
mkdir "$work/other"
cp p.pipe "$work/other"
echo one >a.txt
echo two >"$work/other/a.txt"
touch "$work/pause"
"$PIPEC" build slow --root "$target" --state-dir "$work/state" >"$work/seen/slow" 2>&1 </dev/null &
arrived pause
(cd "$work/other" && build 0 --state-dir "$work/state")
expect 'what is live' TWO "$(live)"
rm "$work/pause"
wait $! || fail "the late build failed: $(cat "$work/seen/slow")"
grep -q 'superseded slow.two.live: `Live` has something newer (its sources were looked at before those of the other one)' "$work/seen/slow" ||
  fail "the late build was not superseded: $(cat "$work/seen/slow")"
expect 'what is live' TWO "$(live)"
build 0 --state-dir "$work/state"
expect 'what is live' ONE "$(live)"
