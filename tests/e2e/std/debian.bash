# A small Debian archive on 127.0.0.1, signed by a key of its own. Its packages are made of the
# shell of this machine.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"

export GNUPGHOME=$work/gnupg
at_exit+=(end_agent)
end_agent() { gpgconf --kill all; }
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key archive@example.invalid rsa2048 sign never 2>"$work/seen/gpg"
gpg --export >archive.gpg

archive=$work/archive
mkdir -p "$archive/pool" "$archive/dists/stable/main/binary-amd64"

# package NAME VERSION [FIELD…]: puts the package of the folder $work/p/NAME into the archive, in
# the place of an older one.
package() {
  local name=$1 version=$2 folder=$work/p/$1
  shift 2
  mkdir -p "$folder/DEBIAN"
  printf '%s\n' "Package: $name" "Version: $version" 'Architecture: amd64' 'Maintainer: nobody <nobody@example.invalid>' "$@" \
    'Description: for a test' >"$folder/DEBIAN/control"
  rm -f "$archive/pool/${name}_"*
  dpkg-deb --build --root-owner-group -Znone "$folder" "$archive/pool/${name}_${version}_amd64.deb" >"$work/seen/dpkg-deb"
}

# publish: writes and signs what is in the archive.
publish() {
  local file
  cd "$archive"
  for file in pool/*.deb; do
    dpkg-deb --field "$file"
    printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -d' ' -f1)"
  done >dists/stable/main/binary-amd64/Packages
  cd dists/stable
  {
    printf '%s\n' 'Origin: test' 'Suite: stable' 'Codename: stable' "Date: $(date -Ru)" 'Architectures: amd64' 'Components: main' 'SHA256:'
    printf ' %s %s main/binary-amd64/Packages\n' "$(sha256sum <main/binary-amd64/Packages | cut -d' ' -f1)" \
      "$(stat -c %s main/binary-amd64/Packages)"
  } >Release
  gpg --batch --quiet --yes --clearsign --output InRelease Release
  cd "$work/w"
}

# Essential: a shell with what it is linked with.
base=$work/p/base
mkdir -p "$base/bin" "$base/usr/share/base-passwd"
cp /bin/dash "$base/bin/dash"
ln -s dash "$base/bin/sh"
ldd /bin/dash | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$base$(dirname "$library")"
  cp "$library" "$base$library"
done
echo 'root:*:0:0:root:/root:/bin/sh' >"$base/usr/share/base-passwd/passwd.master"
package base 1 'Essential: yes'
mkdir -p "$work/p/usr-is-merged"
package usr-is-merged 1

# A program that reads a file of a package which it depends on.
lib=$work/p/lib tool=$work/p/tool
mkdir -p "$lib/usr/share/lib" "$tool/usr/bin" "$tool/usr/share/man/man1" "$tool/usr/share/doc/tool" "$tool/DEBIAN"
echo one >"$lib/usr/share/lib/word"
printf '#!/bin/sh\nread -r word </usr/share/lib/word && echo "the word is $word"\n' >"$tool/usr/bin/tool-1"
chmod 4755 "$tool/usr/bin/tool-1"
echo manual >"$tool/usr/share/man/man1/tool.1"
echo licence >"$tool/usr/share/doc/tool/copyright"
echo news >"$tool/usr/share/doc/tool/changelog"
cat >"$tool/DEBIAN/postinst" <<'E'
#!/bin/sh
update-alternatives --install /usr/bin/tool \
  tool /usr/bin/tool-1 50 \
  --slave /usr/bin/tool-too tool-too /usr/bin/tool-1
update-alternatives --install /usr/bin/old tool /usr/bin/tool-0 50
exit 1
E
chmod 755 "$tool/DEBIAN/postinst"
package lib 1
package tool 1 'Depends: lib' 'Recommends: nothing'
publish

port=$(free_port)
serve "$port" python3 -m http.server --bind 127.0.0.1 --directory "$archive" "$port"
at=http://127.0.0.1:$port
