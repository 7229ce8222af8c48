# behaviour 16
# Building one target never makes another one look up to date because both read the same input.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build first(src: File, all: Dir) -> File { run sh"(cat ${src} ${all}/*; echo first) > ${out}" }
build second(src: File, all: Dir) -> File { run sh"(cat ${src} ${all}/*; echo second) > ${out}" }
pipeline p() {
  let x = first(file("shared.txt"), all = dir("all"))
  let y = second(file("shared.txt"), all = dir("all"))
  out x = x
  out y = y
}
END
mkdir all
echo 1 >shared.txt
echo 1 >all/a
pipec 0 build p
for edited in shared.txt all/a; do
  for content in 2 3; do
    echo $content >$edited
    pipec 0 build p.x --format json
    expect_executed p.x
    pipec 0 build p.x --format json
    expect_executed
    pipec 0 build p.y --format json
    expect_executed p.y
    expect 'the output' "$(cat shared.txt all/*)"$'\nsecond' "$(cat .pipec/out/p/y)"
  done
done
