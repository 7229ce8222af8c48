#!/bin/sh
# Counts the words that are its arguments.
# usage: count-words WORD…
set -eu
echo $#
