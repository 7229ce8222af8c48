# A registry of images on 127.0.0.1.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"

# serve_registry [SETTING]: starts one, whose address is $registry; its log is that of servers.bash.
# SETTING: a line of its file.
serve_registry() {
  local port
  port=$(free_port)
  registry=127.0.0.1:$port
  cat >"$work/registry.yml" <<END
version: 0.1
log: {level: info, accesslog: {disabled: false}}
storage: {filesystem: {rootdirectory: $work/registry}, delete: {enabled: true}}
http: {addr: "$registry"}
${1-}
END
  serve "$port" docker-registry serve "$work/registry.yml"
}

# digest_of NAME: what the registry has.
digest_of() { skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$registry/$1"; }

# push FOLDER NAME: an OCI layout with the name `image` goes to the registry as it is.
push() {
  skopeo --insecure-policy copy --quiet --preserve-digests --dest-tls-verify=false "oci:$1:image" "docker://$registry/$2"
}
