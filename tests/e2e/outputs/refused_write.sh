# behaviour 37
# A write to an input, to the machine's files or to the workspace fails the step, which is told with
# the path and where to write instead.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# refused SCRIPT PATH: the script fails, and the message names the path.
refused() {
  cat >p.pipe <<END
build touch_it(src: File) -> File {
  run sh"cp \${src} \${out}; $1"
}
pipeline p() { let touched = touch_it(file("a.txt")) }
END
  pipec 1 build p
  expect_seen stderr "^error\\[R1019\\].*\`$2\`"
  expect_seen stderr '^   = step: build `p\.touched`'
  expect_seen stderr '^   = help: write to an output \(`\$\{out\}`\)'
}
echo a >a.txt
refused 'echo more >> ${src}' /i/1/a.txt
refused 'touch /i/other' /i/other
refused 'mkdir /usr/share/mine' /usr/share/mine
refused 'touch /etc/hosts' /etc/hosts
refused 'touch /top' /top
refused 'mv /usr/bin/env /usr/bin/env2' /usr/bin/env2
refused "mkdir $PWD/generated" "$PWD/generated"
refused "python3 -c 'open(chr(47) + chr(120), chr(119))'" /x
[[ ! -e generated && $(cat a.txt) == a ]] || fail 'it was written after all'
