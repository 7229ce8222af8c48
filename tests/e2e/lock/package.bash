# A pipeline in p.pipe that uses the package `acme`, which is in vendor/acme and not pinned; a copy
# is in $work/acme.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

mkdir -p vendor/acme/lint vendor/acme/data
cat >vendor/acme/net.pipe <<'END'
use "./lint/web.pipe" as web

let unused = 1

pub build page(name: String) -> File {
  run sh"{ printf '%s/%s ' ${web.host} ${name}; cat ${note}; } > ${out}"
}

let note = file("data/note.txt")
END
cat >vendor/acme/lint/web.pipe <<'END'
pub let host = "http://127.0.0.1"
END
echo 'from the package' >vendor/acme/data/note.txt
cat >p.pipe <<'END'
use acme.net

pipeline p() {
  out page = net.page("x")
}
END
cp -a vendor/acme "$work/acme"
