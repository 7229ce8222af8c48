#!/usr/bin/env bash
# Whatever is printed passes report::TextGuard: only the two files that have it write to standard
# output and standard error.
# usage: check_streams.sh [ROOT]   exit 1: somebody else does, or nothing was scanned
set -euo pipefail
cd "${1:-$(cd "$(dirname "$0")/../.." && pwd)}"

guarded='^runtime/(cli/streams|report/live_area)\.cpp:'
unrelated='^runtime/(cli/main|host/command)\.cpp:' # they give descriptors to others, and print nothing
used() {
  grep -rnE --include='*.h' --include='*.cpp' \
    '\b(outs|errs|dbgs)\(\)|std::(cout|cerr|clog)|\b[fv]*printf\(|\bperror\(|\bf?puts\(|STD(OUT|ERR)_FILENO' compiler runtime stdlib
}
used | grep -qE "$guarded" || { echo 'check_streams: nothing was scanned' >&2; exit 1; }
if used | grep -vE "$guarded|$unrelated" >&2; then
  echo 'check_streams: these write past the guard (cli::GuardedStream, report::Screen)' >&2
  exit 1
fi
