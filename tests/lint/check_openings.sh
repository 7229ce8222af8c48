#!/usr/bin/env bash
# Finds whatever in runtime/ makes, writes, renames or removes files by a path, and compares it with
# openings.txt: pipec's own folders are reached through runtime/folder alone, which follows no link.
# usage: check_openings.sh [ROOT]   exit 1: more such places than the table allows, or a line of it
# that nothing needs
set -euo pipefail
root=${1:-$(cd "$(dirname "$0")/../.." && pwd)}
table=$(dirname "$0")/openings.txt
cd "$root"

find runtime -name '*.h' -o -name '*.cpp' | LC_ALL=C sort | xargs awk -v table="$table" '
  BEGIN {
    while ((getline line < table) > 0) {
      if (line ~ /^#/ || line == "") continue
      split(line, parts, /: */)
      split(parts[1], words, " ")
      allowed[words[1]] = words[2]
    }
    call = "(^|[^A-Za-z0-9_:>.])::(creat|mkdir|mknod|mkfifo|mkdtemp|mkstemp|rename|unlink|rmdir|remove|chmod|symlink|link|truncate)\\("
    at = "::(mkdirat|renameat|renameat2|unlinkat|fchmodat|symlinkat|linkat|utimensat|mknodat)\\(.*AT_FDCWD"
    helper = "base::(writeFileAtomically|makeDirectories|removeTree)\\("
    stream = "raw_fd_ostream[^;&]*\\(|ofstream|fs::(create_director|remove|rename|openFileForWrite|TempFile|createUnique)|sqlite3_open"
  }
  function count(what) {
    found[FILENAME]++
    if (found[FILENAME] > allowed[FILENAME] + 0) {
      printf "%s:%d: %s by a path; use runtime/folder, or say in tests/lint/openings.txt why not\n", FILENAME, FNR, what
      bad++
    }
  }
  FNR == 1 { scanned++; opening = "" }
  FILENAME ~ /^runtime\/folder\// { next }
  { code = $0; sub(/^[ \t]*\/\/.*/, "", code) }
  # An opening, to the end of its statement.
  opening != "" { opening = opening code }
  opening == "" && code ~ /::(open|openat|fopen)\(/ { opening = code }
  opening != "" && opening ~ /;|\{$/ {
    if (opening ~ /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/ && opening ~ /(::open\(|::openat\(AT_FDCWD)/) count("opens for writing")
    if (opening ~ /fopen\(/ && opening !~ /"r[eb]*"/) count("opens for writing")
    opening = ""
  }
  code ~ call || code ~ at { count("changes names") }
  code ~ helper && code !~ /base::removeTree\(\{/ { count("makes or removes files") }
  code ~ stream { count("opens for writing") }
  END {
    for (file in allowed)
      if (allowed[file] > found[file] + 0) {
        printf "tests/lint/openings.txt: %s has %d such places, not %d\n", file, found[file], allowed[file]
        bad++
      }
    if (scanned < 50) { print "nothing was scanned"; bad++ }
    printf "%d files have no opening but those that are allowed\n", scanned
    exit bad > 0
  }'
