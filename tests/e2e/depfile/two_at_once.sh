# behaviour 59
# Builds of several processes that share one cache keep every set of headers that any of them read.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/depfile/cpp.bash"

for n in 1 2 3 4; do
  mkdir "$work/$n"
  cp -r ./* "$work/$n"
  mkdir "$work/$n/.pipec"
  echo "#define VALUE $n" >"$work/$n/include/deep/v$n.h"
  echo "#include \"deep/v$n.h\"" >"$work/$n/include/one.h"
  for m in 1 2 3 4; do touch "$work/$n/include/deep/v$m.h"; done
done
running=()
for n in 1 2 3 4; do
  "$PIPEC" build -C "$work/$n" p >"$work/seen/$n" 2>&1 </dev/null &
  running+=($!)
done
for one in "${running[@]}"; do wait "$one" || fail "a build failed: $(cat "$work"/seen/[1-4])"; done
for n in 1 2 3 4; do
  pipec 0 build -C "$work/$n" p --format json
  expect_executed
done
