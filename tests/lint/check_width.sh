#!/usr/bin/env bash
# No line of the project's texts and sources has more than 100 columns.
# usage: check_width.sh [ROOT]   exit 1: a longer line, or nothing was scanned
#
# In Markdown, tables, lines that consist of one link or one word, and `console` blocks, which pipec
# has printed, may be longer. Not checked yet:
#
#   the programs in docs/diagnostics.md, whose messages have golden files
#   docs/stdlib.md, whose introduction is in tests/golden/library_reference_test.cpp
#   the C++ files of `raw_texts` below, for the sake of their raw strings
#   code of shell scripts other than `dev`: only their comments are checked
#   scripts without an ending: tests/bench, examples/*/{site,server,servers}
#   *.pipe, *.py, CMakeLists.txt, *.cmake, and the languages of the examples
set -euo pipefail
cd "${1:-$(cd "$(dirname "$0")/../.." && pwd)}"

raw_texts='^tests/(golden/library_reference|unit/compiler/(format/comment|lower/(parameters|run_time_lists))|unit/runtime/test_report/junit_reader)_test\.cpp$'
unfinished='^docs/stdlib\.md$'

# files NAME…: the project's files of these names, each with a NUL.
files() {
  local name names=()
  for name; do names+=(-o -name "$name"); done
  find . \( -name .git -o -name build -o -name .pipec -o -name node_modules \) -prune \
    -o -type f \( "${names[@]:1}" \) -printf '%P\0' | LC_ALL=C sort -z
}

# long_lines CODE: FILE:LINE of each line that is too long, of the files on standard input. The awk
# code empties lines that may be long.
long_lines() {
  xargs -0 awk "FNR == 1 { code = 0 } $1"' { print FILENAME ":" FNR "\t" $0 }' |
    LC_ALL=C.UTF-8 grep -aE '^[^	]*	.{101}' | cut -f 1 || true
}

markdown='
  /^```/ { open = !code && (/^```console/ || FILENAME == "docs/diagnostics.md"); code = !code }
  code && open { $0 = "" }
  !code && (/^ *\|/ || /^[^ ]*$/ || /^ *([-*] )?\[[^]]*\]\([^)]*\)[.,;:]?$/) { $0 = "" }'
comments='!/^[ \t]*#/ { $0 = "" }'

scanned=$(files '*.md' '*.h' '*.cpp' '*.sh' '*.bash' | tr -dc '\0' | wc -c)
((scanned > 500)) || { echo 'check_width: nothing was scanned'; exit 1; }
long=$(
  files '*.md' | grep -zvE "$unfinished" | long_lines "$markdown"
  files '*.h' '*.cpp' | grep -zvE "$raw_texts" | long_lines ''
  files '*.sh' '*.bash' | long_lines "$comments"
  printf 'dev\0' | long_lines ''
)
if [[ $long ]]; then
  sed 's/$/: more than 100 columns/' <<<"$long"
  exit 1
fi
echo "$scanned files have no line of more than 100 columns"
