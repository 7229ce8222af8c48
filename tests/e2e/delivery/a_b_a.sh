# behaviour 71
# A deploy compares with what is deployed: A, B, A deploys A again, and a repeat is a no-op.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir target
cat >p.pipe <<END
environment Live { paths = ["$PWD/target"] }
END
cat >>p.pipe <<'END'
build page(src: File) -> Dir {
  run sh"mkdir -p ${out} && cp ${src} ${out}/index.html"
}
deploy put(subject site: Dir, root: String) {
  run sh"cp ${site}/index.html ${root}/index.html; echo ${release} >> ${root}/log"
}
pipeline p(root: String) {
  let site = page(file("a.txt"))
  stage ship { let live = put(site, to = Live, root = root) }
}
END
build() { pipec 0 build p --root "$PWD/target" --format json; }
echo A >a.txt
build
expect_executed p.site p.ship.live
build
expect_executed
expect 'the repeat' cached "$(state p.ship.live)"
echo B >a.txt
build
expect_executed p.site p.ship.live
expect 'what is live' B "$(cat target/index.html)"
echo A >a.txt
build
expect_executed p.ship.live
expect 'what is live' A "$(cat target/index.html)"
expect 'the deploys' 3 "$(wc -l <target/log)"
expect 'the first and the last release' "$(sed -n 1p target/log)" "$(sed -n 3p target/log)"
