# behaviour 23
# A file of the repository that is not declared is not there, however it is looked for: what a step
# makes is the same with and without it.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir src
cat >p.pipe <<'END'
build probe(src: Dir, main: File) -> File {
  work = src
  run sh"""
    {
      for place in . src /w /i /i/1 ${main} / /o /tmp /usr/local /home /root /opt /srv /mnt /var; do
        ls -A $place 2>/dev/null || echo no $place
      done
      if test -e hidden.h; then echo test; fi
      if test -e "$(dirname ${main})/hidden.h"; then echo beside; fi
      echo *.h /w/*.h /i/*/*.h
      find / '(' -path /usr -o -path /proc -o -path /etc ')' -prune -o -name 'hidden*' -print 2>/dev/null || true
      git rev-parse --show-toplevel 2>/dev/null || echo no repository
      g++ -E -P -I. -I"$(dirname ${main})" ${main}
      python3 -c 'import os; print(os.path.exists("hidden.h"), sorted(os.listdir(".")))'
      cat /proc/self/cwd/hidden.h 2>/dev/null || true
      cat /proc/*/root/hidden.h /proc/*/cwd/src/hidden.h 2>/dev/null || true
    } > ${out}
  """
}
pipeline p() {
  let seen = probe(dir("src").select(["*.cpp"]), main = file("src/main.cpp"))
  out seen = seen
}
END
cat >src/main.cpp <<'END'
#if __has_include("hidden.h") || __has_include("src/hidden.h") || __has_include("../hidden.h")
the header is there
#else
it is not there
#endif
END
pipec 0 build p --format json
expect_executed p.seen
cp .pipec/out/p/seen "$work/without"
for name in hidden.h src/hidden.h src/hidden_too.h; do
  echo secret >"$name"
done
git init -q .
pipec 0 build p --format json
expect_executed
pipec 0 build p --format json --force
expect_executed p.seen
cmp .pipec/out/p/seen "$work/without" || fail 'what it saw depends on the file'
! grep -Eq 'hidden|secret|the header is there' .pipec/out/p/seen || fail 'it saw the file'
