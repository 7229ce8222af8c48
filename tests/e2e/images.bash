# The images that examples run in, made once for all scenarios and kept from one run of the tests to
# the next.
#
# They are in $images: `cache` is a cache of pipec, `NAME` a workspace that makes and uses the image
# of examples/NAME, with a pipe.lock that says which packages. A scenario has a cache of its own,
# with the content of that one.
: "${PIPEC:?the path of the pipec binary}" "${PIPEC_SOURCE_DIR:?the root of the repository}"
images=$PIPEC_SOURCE_DIR/build/images

# image_of NAME: the function of the example that gives its image.
image_of() {
  case $1 in
    cpp) echo gcc_of_debian ;;
    website) echo node_of_debian ;;
  esac
}

# network_of NAME: the options about the network that its scenarios build with; what sources fetch
# is cached by them.
network_of() {
  case $1 in
    website) echo "--network-env=npm_config_registry=${npm_registry:?}" ;;
  esac
}

# images_pipec NAME COMMAND ARG…
images_pipec() {
  # shellcheck disable=SC2046  # one word or none
  "$PIPEC" -C "$images/$1" --cache-dir "$images/cache" --quiet "${@:2}" $(network_of "$1") </dev/null
}

# make_image NAME [fresh]: makes the image, if it is not there; `fresh`: as the archive has it now,
# if it can be asked. Holds the lock.
make_image() {
  local workspace=$images/$1
  mkdir -p "$workspace/.pipec" "$workspace/.site"
  cp "$PIPEC_SOURCE_DIR/examples/$1/$1.pipe" "$workspace/example.pipe"
  cat >"$workspace/.site/settings.pipe" <<'E'
pub let repository: Url = "file:///repository"
pub let www = "/www"
pub let address: Url = "http://127.0.0.1/"
E
  cat >"$workspace/p.pipe" <<E
use std.sh
use "./example.pipe" as example
pipeline p() {
  let image = example.$(image_of "$1")()
  let used  = sh.output(sh"echo used", image = image)
}
E
  if [[ ${2-} == fresh || ! -e $workspace/pipe.lock ]]; then
    images_pipec "$1" pin p || [[ -e $workspace/pipe.lock ]]
  fi
  images_pipec "$1" build p || { images_pipec "$1" pin p && images_pipec "$1" build p; }
}

# give_back_content: what take_image has taken; another scenario may have it.
give_back_content() { mv "$XDG_CACHE_HOME/pipec/cas" "$images/cache/cas"; }

# take_image NAME: gives the cache of the scenario the image of the example, and its workspace the
# pin. One scenario at a time has the content, which is too much to copy: the roots that steps run
# in are in it.
take_image() {
  mkdir -p "$images"
  exec 9>"$images/lock"
  flock 9
  make_image "$1" 2>"$work/seen/images" || fail "no image: $(tail -n 30 "$work/seen/images")"
  export XDG_CACHE_HOME=$images/scenario
  rm -rf "$XDG_CACHE_HOME"
  mkdir -p "$XDG_CACHE_HOME/pipec"
  cp "$images/cache"/*.db "$XDG_CACHE_HOME/pipec"
  mv "$images/cache/cas" "$XDG_CACHE_HOME/pipec/cas"
  at_exit+=(give_back_content)
  cp "$images/$1/pipe.lock" .
}
