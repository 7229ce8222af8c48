# behaviour 85
# After any edits, failures and kills the outputs are those of a clean build, and nothing is
# executed that the changes did not reach.
# The edits and the model that predicts what must happen are in tests/oracle, which also says how
# many they are.
: "${PIPEC:?the path of the pipec binary}" "${PIPEC_SOURCE_DIR:?the root of the repository}"
exec python3 -B "$PIPEC_SOURCE_DIR/tests/oracle/random_edits.py" "$@"
