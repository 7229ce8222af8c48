# behaviour 42
# Editing a restored output in place never changes what is cached.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/outputs/kept.bash"

pipec 0 build p

chmod u+w .pipec/out/p/one
printf 'X' | dd of=.pipec/out/p/one conv=notrunc status=none
pipec 0 get p.one -o fresh
expect 'what is cached' a "$(cat fresh)"
chmod u+w fresh && echo changed >fresh
pipec 0 get p.one -o fresh2
expect 'what is cached' a "$(cat fresh2)"
