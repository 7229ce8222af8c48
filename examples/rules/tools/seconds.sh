#!/bin/sh
# Prints a time like 1h30m or 90s in seconds.
# usage: seconds TIME
set -eu
case ${1-} in
  *[!0-9hms]* | '') echo "seconds: \`${1-}\` is not a time like 1h30m" >&2; exit 2 ;;
esac
rest=$1 total=0
for unit in h:3600 m:60 s:1; do
  case $rest in
    *"${unit%:*}"*)
      total=$((total + ${rest%%"${unit%:*}"*} * ${unit#*:}))
      rest=${rest#*"${unit%:*}"}
      ;;
  esac
done
echo $total
