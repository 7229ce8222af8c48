# Images that would fill the disk are refused before anything of them is written: by what they
# become when they are unpacked, and by what their headers say.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

# 1.1 GiB of zeros, without having them in memory: the same member of gzip again and again, in the
# middle of a file.
mkdir zeros
python3 - zeros <<'END'
import gzip, hashlib, json, os, sys, tarfile

folder, size, piece = sys.argv[1], 1200 << 20, 10 << 20
info = tarfile.TarInfo("zeros")
info.size = size
header, end = info.tobuf(tarfile.GNU_FORMAT), bytes(1024)
member = gzip.compress(bytes(piece), mtime=0)
packed = gzip.compress(header, mtime=0) + member * (size // piece) + gzip.compress(end, mtime=0)
os.makedirs(folder + "/blobs/sha256")


def blob(kind, content):
    digest = hashlib.sha256(content).hexdigest()
    with open(f"{folder}/blobs/sha256/{digest}", "wb") as file:
        file.write(content)
    return {"mediaType": "application/vnd.oci.image." + kind, "digest": "sha256:" + digest, "size": len(content)}


def write(name, content):
    with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
        json.dump(content, file)


machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
config = {"os": "linux", "architecture": machine, "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]}}
manifest = {"schemaVersion": 2, "config": blob("config.v1+json", json.dumps(config).encode()),
            "layers": [blob("layer.v1.tar+gzip", packed)]}
write("index.json", {"schemaVersion": 2, "manifests": [blob("manifest.v1+json", json.dumps(manifest).encode())]})
write("oci-layout", {"imageLayoutVersion": "1.0.0"})
END
layout claims <<<$'layer\nclaims big 8796093022208'
cat >p.pipe <<'END'
use std.oci
build use_it(img: Image) -> File {
  image = img
  run sh"true >${out}"
}
pipeline p(name: String) {
  let seen = use_it(oci.layout(dir(name)))
}
END
pipec 1 build p --name zeros
expect_seen stderr 'error\[R1021\]: .* is a bomb: its first .* become more than 1\.0 GiB'
pipec 1 build p --name claims
expect_seen stderr 'error\[R1021\]: .* has `big`, which has 8(\.0)? TiB'
expect 'the roots in the cache' 0 "$(roots)"
size=$(du --summarize --block-size=1M "$work/cache" | cut -f1)
((size < 100)) || fail "the cache has $size MiB"
