# Long lines, long lists and many declarations are fine; what has a limit names it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"
. "$PIPEC_SOURCE_DIR/tests/e2e/robust/generated.bash"

printf 'pipeline p() { assert "%s".len == 1000000, "length" }\n' "$(repeat 1000000 a)" >p.pipe
pipec 0 list p
printf 'let x = %s\n' "$(repeat 250000 'a b ')" >p.pipe
pipec 2 check p.pipe
expect_seen stderr 'p.pipe:1:11'

printf 'let x = [%s]\npipeline p() { assert x.len == 100000, "length" }\n' "$(numbered 100000 '"element %d",')" >p.pipe
pipec 0 list p

{
  numbered 10000 'let x%d = %d'
  printf 'pipeline p() { assert x9999 == 9999, "value" }\n'
} >p.pipe
pipec 0 list p
{
  printf 'let x0 = 0\n'
  awk 'BEGIN { for (i = 1; i < 10000; i++) print "let x" i " = x" i - 1 " + 1" }'
  printf 'pipeline p() { assert x9999 == 9999, "value" }\n'
} >p.pipe
pipec 0 list p
{
  printf 'fn f0(a: Int) -> Int = a\n'
  awk 'BEGIN { for (i = 1; i < 10000; i++) print "fn f" i "(a: Int) -> Int = f" i - 1 "(a)" }'
  printf 'pipeline p() { assert f9999(1) == 1, "value" }\n'
} >p.pipe
pipec 0 check p.pipe
pipec 2 list p
expect_seen stderr 'error.E0707.*nested deeper than 1,000'

head -c 100000000 /dev/zero | tr '\0' ' ' >p.pipe
pipec 2 check p.pipe
expect_seen stderr '`p.pipe` is larger than 64 MiB'
