#!/bin/sh
# Crawl the site at $1 and fail on any link that leads nowhere. What was found is written to the
# folder $2.
set -eu

linkchecker --no-status --no-warnings --file-output "csv/utf-8/$2/links.csv" "$1"
