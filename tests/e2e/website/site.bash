# The website example in a copy of its own, started, and what the scenarios here do with it.
npm_registry=$(npm config get registry 2>/dev/null)
. "$PIPEC_SOURCE_DIR/tests/e2e/lib.bash"
. "$PIPEC_SOURCE_DIR/tests/e2e/images.bash"

cp -R "$PIPEC_SOURCE_DIR"/examples/website/{app,site,website.pipe} .
take_image website
at_exit+=(stop_site)
stop_site() { "$work/w/site" stop; }
env -u SITE_PORT ./site start

# deliver CODE ARG…: builds the pipeline, which must exit with CODE.
deliver() {
  local code=$1
  shift
  pipec "$code" build website --network-env "npm_config_registry=$npm_registry" "$@"
}

# commit FILE SED-SCRIPT: edits a file of the application, and commits that.
commit() {
  sed -i "$2" "app/$1"
  local before
  before=$(head_commit)
  ./site commit "Edit $1"
  [[ $(head_commit) != "$before" ]] || fail "the edit of $1 changed nothing"
}

head_commit() { git --git-dir=.site/app.git rev-parse main; }

# page PATH: what the web server answers.
page() { curl --fail --silent --show-error "$(./site url)$1"; }

# released: the release that is served.
released() { readlink .site/www/current; }

everything=(website.source.{repo,tools} website.prod.{deps,app,tested,live,links})
