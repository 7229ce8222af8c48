#!/usr/bin/env bash
# Compares the promises of docs/behaviours.md with the first lines of the tests that show them.
# usage: check_behaviours.sh [ROOT]   exit 1: a promise that nothing shows, one that waits and is
# shown, a number that is none
set -euo pipefail
cd "${1:-$(cd "$(dirname "$0")/../.." && pwd)}"

promised=$(grep -oE '^[0-9]+\. ' docs/behaviours.md | tr -d '. ')
waiting=$(sed -n '/^## Not yet$/,$ s/^| \([0-9][0-9]*\) |.*/\1/p' docs/behaviours.md)
bad=0
complain() {
  echo "$*"
  bad=1
}

[[ $promised == "$(seq "$(wc -l <<<"$promised")")" ]] || complain 'docs/behaviours.md: the promises are not numbered 1, 2, 3, …'

declare -A shown=()
while IFS=: read -r file line; do
  read -ra numbers <<<"${line#\# behaviour }"
  for number in "${numbers[@]}"; do
    grep -qx -- "$number" <<<"$promised" || complain "$file: there is no behaviour $number"
    shown[$number]=$file
  done
done < <(find tests/e2e -name '*.sh' -exec awk 'FNR == 1 && /^# behaviour / {print FILENAME ":" $0}' {} +)

for number in $promised; do
  if grep -qx "$number" <<<"$waiting"; then
    [[ -z ${shown[$number]-} ]] || complain "docs/behaviours.md: behaviour $number waits no longer: ${shown[$number]} shows it"
  elif [[ -z ${shown[$number]-} ]]; then
    complain "behaviour $number has no scenario: $(grep -E "^$number\. " docs/behaviours.md)"
  fi
done
((${#shown[@]})) || complain 'no test shows any behaviour'
echo "${#shown[@]} of $(wc -l <<<"$promised") behaviours are shown"
exit "$bad"
