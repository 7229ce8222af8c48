# behaviour 13
# Other names for a step, a parameter, a let, a pipeline or a folder are hits.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/minimal_work/chain.bash"

pipec 0 build p
sed -i -e 's/upper(/capitals(/g' -e 's/\bsrc\b/text/g' -e 's/let a /let first /; s/\[a, b\]/[first, b]/' p.pipe
sed -i -e 's/pipeline p(/pipeline other(/' p.pipe
mkdir sub && mv a.txt sub/a.txt && sed -i 's|"a.txt"|"sub/a.txt"|' p.pipe
pipec 0 build other --format json
expect_executed
