# behaviour 62
# Two steps of 20 GiB never run together on a machine of 24 GiB; a step beside them that takes no
# memory does.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/resources/steps.bash"

cat >p.pipe <<END
build link(src: File, i: Int) -> File {
  memory = 20GiB
  run sh"$note"
}
build wait(src: File, i: Int) -> File {
  memory = 20GiB
  run sh"$meet"
}
build beside(src: File, i: Int) -> File { run sh"$meet" }
pipeline alone() { let links = [for i in 0..6 => link(file("a.txt"), i = i)] }
pipeline both() {
  let large = wait(file("a.txt"), i = 1)
  let small = beside(file("a.txt"), i = 2)
}
END
machine=(-j 8 --cpus 8 --memory 24GiB)
pipec 0 build alone "${machine[@]}" --events "$work/events"
expect 'the most at once' 1 "$(most_at_once "$work/events")"
let_meet 2 both "${machine[@]}"

# With room for both they meet; the configuration says so as well.
sed -i 's/^build beside.*/build beside(src: File, i: Int) -> File {\n  memory = 20GiB\n  run sh"'"${meet//\//\\/}"'"\n}/' p.pipe
let_meet 2 both -j 8 --cpus 8 --memory 40GiB --force
echo '{"machine": {"cpus": 8, "memory": "40GiB"}}' >.pipec/config.json
let_meet 2 both --force
pipec 0 build alone -j 8 --memory 24GiB --force --events "$work/events"
expect 'the most at once' 1 "$(most_at_once "$work/events")"
