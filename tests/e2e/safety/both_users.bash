# What a step can do depends on who started pipec: scenarios that show what it cannot do are played
# by both.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

# What runs a program as the present user.
as=()

# both_users FUNCTION: calls it as the present user and, if that is root, once more with a `pipec`
# that is not, in a fresh workspace with the same files.
both_users() {
  "$1"
  ((EUID == 0)) || return 0
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  printf '#!/bin/sh\nexec %s "%s" "$@"\n' "${as[*]}" "$PIPEC" >"$work/as_somebody"
  rm -rf .pipec "$work/cache" "$HOME"
  mkdir -p .pipec "$HOME"
  chmod 755 "$work" "$work/as_somebody"
  chown -R 65534:65534 "$work"
  PIPEC=$work/as_somebody "$1"
}

# compile NAME: a program of this folder that needs no library, as a file of the workspace.
compile() {
  cc -O1 -static -o "$1" "$PIPEC_SOURCE_DIR/tests/e2e/safety/$1.c"
}
