# Packages are not formatted, fixed, warned about or built by `...`: that would break their pin, or
# is not the user's.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/package.bash"

cat >>vendor/acme/net.pipe <<'END'
pipeline   examples() { out note=note }
END
pipec 0 pin --package acme=vendor/acme
pipec 0 check --strict
pipec 0 check --fix
pipec 0 fmt --check
pipec 0 build ./... --format json
expect 'what was built' p.page "$(json '.nodes[] | select(.kind == "build").label')"
cp -a vendor/acme/net.pipe before
(cd vendor && pipec 2 fmt)
cmp before vendor/acme/net.pipe
