# --check-determinism executes each step once more, and names the first byte, mode, link or name
# that differs.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build time(src: File) -> File { run sh"cp ${src} ${out}; date +%N >> ${out}" }
build random(src: File) -> Dir {
  shell = ["bash", "-euc"]
  run sh"mkdir -p ${out}/a; cp ${src} ${out}/a/same; echo $RANDOM$RANDOM$RANDOM > ${out}/b; date +%N > ${out}/c"
}
build names(src: File) -> Dir { run sh"mkdir ${out}; cp ${src} $(mktemp ${out}/XXXXXXXXXX)" }
build mode(src: File) -> Dir {
  run sh"""
    mkdir ${out}
    cp ${src} ${out}/tool
    case $(date +%N) in *[02468]???) chmod +x ${out}/tool ;; esac
  """
}
build link(src: File) -> Dir { run sh"mkdir ${out}; cp ${src} ${out}/file; ln -s $(date +%N) ${out}/link" }
build same(src: File) -> Dir {
  run sh"""
    mkdir ${out}
    cp ${src} ${out}/file
    ln -s file ${out}/link
    ls -U / | md5sum > ${out}/names
    date >&2
    date +%N
  """
}
build after(dir: Dir) -> File { run sh"ls -R ${dir} > ${out}" }
test passes(src: File) { run sh"test -s ${src}; date +%N > ${report}/time" }
test flips(src: File) { run sh"cat ${src}; case $(date +%N) in *[02468]???) exit 1 ;; esac" }

pipeline good() {
  let all   = after(same(file("a.txt")))
  let check = passes(file("a.txt"))
}
pipeline bad() {
  let times   = time(file("a.txt"))
  let numbers = random(file("a.txt"))
  let named   = names(file("a.txt"))
  let links   = link(file("a.txt"))
  let later   = after(named)
}
pipeline modes() { let bits = mode(file("a.txt")) }
pipeline tests() { let coin = flips(file("a.txt")) }
END
echo one >a.txt

pipec 0 build good --check-determinism -v
expect_seen stderr '^3 steps were executed again, and each made the same$'
expect_seen stderr '^note: standard output differs at offset [0-9]+: 0x3[0-9], then 0x3[0-9]$'
expect_seen stderr '^note: `report/time` differs at offset'
expect_last '^pipec: 3 executed, 0 cached, 0 failed, 3 repeated in '
pipec 0 build good --check-determinism --format json
expect 'executed' 0 "$(json .counts.executed)"
expect 'repeated' 3 "$(json .counts.repeated)"
expect 'how they are' true "$(json '[.nodes[].repetition.deterministic] | all')"
pipec 0 build good --format json
expect 'whether it says anything of repetitions without the option' false "$(json '.nodes | any(has("repetition"))')"

# All that differ are told in one run, with the step, its place, and both values.
pipec 1 build bad --check-determinism
expect_seen stderr '^error\[R1018\]: `bad.times` is not deterministic: `out` differs at offset ([4-9]|1[0-9]): 0x..?, then 0x..?$'
expect_seen stderr '^  --> p\.pipe:1:33$'
expect_seen stderr '^   = step: build `bad.times`$'
expect_seen stderr '^   = first time: "one\\n[0-9]+\\n"$'
expect_seen stderr '^   = second time: "one\\n[0-9]+\\n"$'
expect_seen stderr 'error\[R1018\]: `bad.numbers` is not deterministic: `out/b` differs at offset [0-9]+:'
expect_seen stderr 'error\[R1018\]: `bad.named` is not deterministic: `out/[A-Za-z0-9]{10}` is there only the (first|second) time$'
expect_seen stderr 'error\[R1018\]: `bad.links` is not deterministic: `out/link` leads to another place the second time$'
! grep -q 'later. is not deterministic' "$work/seen/stderr" || fail 'a step is blamed for its input'
expect_last '^pipec: 5 executed, 0 cached, 0 failed, 5 repeated, 4 not deterministic in '

# What is cached is compared with what is kept; that stays what it is.
pipec 1 build bad.times --check-determinism --format json
expect 'its state' cached "$(state bad.times)"
expect 'the whole' failed "$(json .state)"
expect 'the output' out "$(json '.nodes[0].repetition.difference.output')"
expect 'the offset' true "$(json '.nodes[0].repetition.difference.offset >= 4')"
before=$(json '.nodes[0].outputs[0].digest')
pipec 0 build bad.times --format json
expect_executed
expect 'what is kept' "$before" "$(json '.nodes[0].outputs[0].digest')"

# A mode that is a matter of chance shows after some tries, and so does a test that may fail.
for try in {1..60}; do
  "$PIPEC" build modes --check-determinism >"$work/seen/stdout" 2>"$work/seen/stderr" || break
done
expect_seen stderr 'R1018.* `out/tool` is executable only the (first|second) time$'
for try in {1..60}; do
  "$PIPEC" build tests --check-determinism >"$work/seen/stdout" 2>"$work/seen/stderr" || ! grep -q R1018 "$work/seen/stderr" || break
done
expect_seen stderr 'R1018.*`tests.coin` is not deterministic: it succeeded, and then the script failed with exit code 1$'

pipec 2 build good --check-determinism --fail-on-miss
expect_seen stderr 'contradict each other'
