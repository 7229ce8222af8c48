# A call with 100,000 arguments is checked argument by argument, right or wrong.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "$PIPEC_SOURCE_DIR/tests/e2e/robust/generated.bash"

printf 'fn f(%s) -> Int = a99999\nlet x = f(0, %s)\npipeline p() { assert x == 99999, "value" }\n' \
  "$(numbered 100000 'a%d: Int,')" "$(numbered 100000 'a%d = %d,' | tail -n +2)" >p.pipe
pipec 0 list p

printf 'fn f(a: Int) -> Int = a\nlet x = f(%s)\n' "$(repeat 100000 '1, ')" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'error.E0110.*only the first argument'

printf 'fn f(a: Int) -> Int = a\nlet x = f(%s)\n' "$(numbered 100000 'b%d = 1,')" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'error.E0407.*has no parameter `b0`'
expect_seen stderr 'nor 99997 more that are given'

printf 'build b() -> File { run [%s out] }\npipeline p() { let x = b() }\n' "$(repeat 100000 '"a", ')" >p.pipe
pipec 0 list p
