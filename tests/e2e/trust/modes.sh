# Whatever the umask, nobody else can read or enter what pipec keeps: the folders of state and cache
# are 0700, databases and locks 0600. What was open is closed once, if only to be read; what others
# may write to is refused.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/trust/trust.bash"

cache=$XDG_CACHE_HOME/pipec state=$HOME/.local/state/pipec
for mask in 0 022 077; do
  rm -rf .pipec "$XDG_CACHE_HOME" "$HOME/.local"
  (
    umask "$mask"
    mkdir .pipec
    pipec 0 build p
    pipec 0 build p
    pipec 0 cache gc
  ) || exit 1
  for folder in .pipec "$cache" "$state"; do
    expect "the mode of $folder with umask $mask" 700 "$(stat -c %a "$folder")"
  done
  # Materialised trees and blobs are what steps see; kept copies are what the user asked for.
  expect "what others could use with umask $mask" '' \
    "$(find .pipec "$cache" "$state" -perm /077 ! -path '.pipec/out/*' ! -path "$cache/cas/blobs/*" ! -path "$cache/cas/trees/*/*")"
  expect 'the mode of the copy' 644 "$(stat -c %a .pipec/out/p/file)"
done

# Made by an older pipec, or by hand.
chmod 755 .pipec "$cache"
pipec 0 build p
expect 'the mode of the state folder' 700 "$(stat -c %a .pipec)"
expect 'the mode of the cache' 700 "$(stat -c %a "$cache")"
mkdir -m 755 "$work/own"
pipec 0 build p --cache-dir "$work/own"
expect 'the mode of an empty cache' 700 "$(stat -c %a "$work/own")"
# A folder that has other things is not closed, what pipec puts there is.
mkdir -m 755 "$work/full"
touch "$work/full/other"
pipec 0 build p --cache-dir "$work/full"
expect 'the mode of a folder of other things' 755 "$(stat -c %a "$work/full")"
expect 'what others could use there' '' \
  "$(find "$work/full" -mindepth 1 -perm /077 ! -name other ! -path "$work/full/cas/*/*")"

# Others may have written to it.
for mode in 770 720 707 777 1777; do
  for command in 'build p' 'plan p' 'cache stats' 'cache gc' 'executions'; do
    chmod "$mode" "$cache"
    # shellcheck disable=SC2086  # words
    pipec 4 $command
    expect_seen stderr "may write to the cache .*chmod -R go-w $cache"
  done
  chmod 700 "$cache"
  chmod "$mode" .pipec
  for command in 'build p' 'plan p' 'executions' 'envs'; do
    # shellcheck disable=SC2086  # words
    pipec 4 $command
    expect_seen stderr "may write to the state folder .*chmod -R go-w $PWD/.pipec"
  done
  pipec 0 check
  chmod 700 .pipec
done
mkdir -m 777 "$work/all"
pipec 4 envs --state-dir "$work/all"
expect_seen stderr 'may write to the state folder'
PIPEC_CACHE_DIR=$work/all pipec 4 build p
expect_seen stderr 'may write to the cache'
