#!/usr/bin/env bash
# Compares every #include of the sources with the table of allowed edges in layers.txt.
# usage: check_layers.sh [ROOT]   exit 1: an edge that is not allowed, or nothing was scanned
set -euo pipefail
root=${1:-$(cd "$(dirname "$0")/../.." && pwd)}
table=$(dirname "$0")/layers.txt
cd "$root"

find compiler runtime stdlib -name '*.h' -o -name '*.cpp' | LC_ALL=C sort | xargs awk -v table="$table" '
  function folder_of(path,   parts) {
    split(path, parts, "/")
    return parts[1] == "stdlib" ? "stdlib" : parts[1] "/" parts[2]
  }
  function complain(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    bad++
  }
  BEGIN {
    while ((getline line < table) > 0) {
      if (line ~ /^#/ || line == "") continue
      colon = index(line, ":")
      from = substr(line, 1, colon - 1)
      known[from] = 1
      count = split(substr(line, colon + 1), allowed, " ")
      for (i = 1; i <= count; i++) edge[from, allowed[i]] = 1
    }
  }
  FNR == 1 {
    files++
    from = folder_of(FILENAME)
    if (!(from in known)) complain("folder " from " is not in layers.txt")
  }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    match($0, /"[^"]*"/)
    to_path = substr($0, RSTART + 1, RLENGTH - 2)
    if (to_path ~ /^llvm\//) next
    includes++
    if ((from, "*") in edge) next
    if (to_path !~ /\//) {
      if (!((from, "<" to_path ">") in edge)) complain("include from the root: \"" to_path "\"")
      next
    }
    to = folder_of(to_path)
    if (to != from && !((from, to) in edge)) complain(from " may not include " to)
  }
  /^[ \t]*#[ \t]*include[ \t]*<(sqlite3|expat|archive|xxhash|openssl\/|antlr4-runtime|zstd|curl\/|httplib|grpc)/ {
    match($0, /<[^>]*>/)
    includes++
    if (!((from, substr($0, RSTART, RLENGTH)) in edge))
      complain(from " may not include " substr($0, RSTART, RLENGTH))
  }
  END {
    if (files == 0 || includes == 0) {
      print "check_layers: nothing was scanned"
      exit 1
    }
    printf "check_layers: %d files, %d includes, %d not allowed\n", files, includes, bad
    exit bad > 0
  }
'
