# behaviour 63
# A cycle is told as the whole path, with the place of each part.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

echo 'use "./b.pipe" as b' >a.pipe
echo 'use "./c.pipe" as c' >b.pipe
echo 'use "./a.pipe" as a' >c.pipe
pipec 2 check a.pipe
expect_seen stderr 'error\[E0203\]'
expect_seen stderr 'a\.pipe -> b\.pipe -> c\.pipe -> a\.pipe'
expect_seen stderr '^ *--> c\.pipe:1:'

cat >functions.pipe <<'END'
fn one(n: Int) -> Int { return two(n) }
fn two(n: Int) -> Int { return three(n) }
fn three(n: Int) -> Int { return one(n) }
END
pipec 2 check functions.pipe
expect_seen stderr 'error\[E0304\]'
expect_seen stderr '`one`.*-> `two`.*-> `three`.*-> `one`'
for line in 1 2 3; do expect_seen stderr "^ *$line \\| fn "; done

cat >values.pipe <<'END'
let one = two + 1
let two = three + 1
let three = one + 1
END
pipec 2 check values.pipe
expect_seen stderr 'error\[E0310\]'
expect_seen stderr '`one`.*-> `two`.*-> `three`.*-> `one`'
for line in 1 2 3; do expect_seen stderr "^ *$line \\| let "; done
