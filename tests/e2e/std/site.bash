# A site of pages and assets in `site`, and the words `page TEXT` and `release`.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/std/servers.bash"

mkdir -p site/assets
echo 'body {}' >site/assets/style.css
ln -s style.css site/assets/link.css
head -c 200000 /dev/urandom >site/assets/large.bin

# page TEXT: what the page says. Two texts of one length give files of one size and time.
page() {
  echo "$1" >site/index.html
  touch -d 2020-01-01 site/index.html
}
