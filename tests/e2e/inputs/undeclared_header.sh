# behaviour 23
# A header beside the source that includes it, and that is not declared, is named with its edit.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build compile(src: File) -> File { run ["g++", "-c", src, "-o", out] }
pipeline p() {
  let unit = compile(file("src/main.cpp"))
}
END
mkdir src
echo '#include "config.h"' >src/main.cpp
touch src/config.h
pipec 1 build p
expect_seen stderr '^error\[R1002\].*`src/config\.h`, which is in the repository but not an input of `compile`'
expect_seen stderr '^   = edit: p\.pipe:3: `compile\(file\("src/main\.cpp"\), config = file\("src/config\.h"\)\)`$'
expect_seen stderr '^   = edit: p\.pipe:1: `\$\{config\}` somewhere in the command, for `config\.h`$'
