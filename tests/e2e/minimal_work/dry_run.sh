# behaviour 67
# A dry run lists what would execute, runs nothing and writes nothing, state included.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build upper(src: File) -> File {
  out = "upper.txt"
  run sh"tr a-z A-Z < ${src} > ${out}"
}
build join(parts: List<File>) -> File {
  out = "all.txt"
  run sh"cat ${parts} > ${out}"
}
pipeline p() {
  let a   = upper(file("a.txt"))
  let b   = upper(file("b.txt"))
  let all = join([a, b])
  out all = all
}
END
echo one >a.txt
echo two >b.txt

pipec 0 build p
echo three >a.txt
everything() { find . "$XDG_CACHE_HOME" -type f -printf '%p %s %T@\n' | sort; }
everything >"$work/before"
pipec 0 plan p --format json
expect 'what would execute' "$(printf '%s\n' p.a p.all)" \
  "$(json '.nodes[] | select(.kind != "tree" and .would == "succeeded").label' | sort)"
everything >"$work/after"
cmp "$work/before" "$work/after" || fail 'something was written'
pipec 0 plan p
expect_seen stdout 'p\.a'
expect_seen stdout 'a\.txt'
rm -rf .pipec/* "$XDG_CACHE_HOME"
pipec 0 plan p
[[ ! -e $XDG_CACHE_HOME/pipec ]] || fail 'the cache was made'
[[ -z $(ls .pipec) ]] || fail 'state was written'
