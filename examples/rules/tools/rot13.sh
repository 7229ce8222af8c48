#!/bin/sh
# Turns each letter by thirteen places; twice gives the text back.
# usage: rot13 TEXT…
set -eu
printf '%s\n' "$*" | tr A-Za-z N-ZA-Mn-za-m
