#!/usr/bin/env bash
# Every link between the pages of this repository leads to a file, and to a heading where it names
# one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# slugs FILE: what a link to each heading ends with, as GitHub makes it from the text.
slugs() {
  awk '/^```/ { code = !code } !code && /^#+ /' "$1" |
    sed -E 's/^#+ +//; s/\[([^]]*)\]\([^)]*\)/\1/g' | tr '[:upper:] ' '[:lower:]-' | sed 's/[^a-z0-9_-]//g'
}

# links FILE: line and target of each link that is no address.
links() {
  awk '
    /^```/ { code = !code }
    !code {
      gsub(/`[^`]*`/, "")
      while (match($0, /\]\([^)]*\)/)) {
        print NR, substr($0, RSTART + 2, RLENGTH - 3)
        $0 = substr($0, RSTART + RLENGTH)
      }
    }' "$1" | grep -Ev ' [a-z]+://' || true
}

count=0 dead=0
while IFS= read -r page; do
  while read -r line target; do
    count=$((count + 1))
    file=${target%%#*}
    path=$(dirname "$page")/$file
    [[ $file ]] || path=$page
    problem=''
    if [[ ! -e $path ]]; then
      problem="there is no $file"
    elif [[ $target == *#* ]] && ! slugs "$path" | grep -xF -- "${target#*#}" >/dev/null; then # to the end: -q would end what it reads from
      problem="$path has no heading #${target#*#}"
    fi
    [[ $problem ]] || continue
    printf '%s:%s: %s\n' "$page" "$line" "$problem"
    dead=$((dead + 1))
  done < <(links "$page")
done < <(git ls-files '*.md')
((count)) || { echo 'no link was found'; exit 1; }
((!dead)) || exit 1
