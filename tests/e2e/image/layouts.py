"""Makes the OCI layout that is described on standard input, good or bad: layouts.py FOLDER

One thing a line, words as in a shell:

  layer [gzip|tar|zstd|TYPE]   begins a layer; TYPE is a media type, and its bytes are gzip's
  busybox                      a shell and its tools in /bin, and empty /tmp and /etc
  dir|fifo PATH                options, here and below: mode=0755 uid=0 gid=0 mtime=0 xattr=NAME:VALUE
  file PATH TEXT               `\\n` in TEXT or PATH is a line break
  zeros PATH BYTES             a file of zeros
  claims PATH BYTES            a header alone: the archive ends where the file should begin
  copy PATH FILE               with the content of a file of this machine
  link|hard PATH TARGET        a symbolic, a hard link
  char|block PATH MAJOR MINOR  a device
  garbage                      something after the end of the archive
  env NAME=VALUE               of the configuration
  platform OS/ARCHITECTURE     default: that of this machine
  manifests NUMBER             of index.json; default: 1
  lose|damage|lengthen WHAT    the last layer, the configuration or the manifest: layer, config, manifest
"""

import gzip
import hashlib
import io
import json
import os
import platform
import shlex
import subprocess
import sys
import tarfile

OCI = "application/vnd.oci.image."
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
TOOLS = "sh cat chmod cp cut env find grep head id ln ls md5sum mkdir mount mv printenv readlink rm sed seq sleep sort stat tail test touch tr true umount uname wc".split()
TYPES = {"dir": tarfile.DIRTYPE, "fifo": tarfile.FIFOTYPE, "link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE,
         "char": tarfile.CHRTYPE, "block": tarfile.BLKTYPE}


def unescaped(text):
    return text.replace("\\n", "\n")


class Layer:
    def __init__(self, kind="gzip"):
        self.kind = kind
        self.stream = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.stream, mode="w", format=tarfile.PAX_FORMAT)
        self.garbage = b""
        self.breaks_off = False

    def add(self, kind, path, rest):
        options = dict(word.split("=", 1) for word in rest if "=" in word)
        words = [word for word in rest if "=" not in word] or [""]
        info = tarfile.TarInfo(unescaped(path))
        info.type = TYPES.get(kind, tarfile.REGTYPE)
        info.mode = int(options.get("mode", "0755" if kind == "dir" else "0644"), 8)
        info.uid, info.gid = int(options.get("uid", 0)), int(options.get("gid", 0))
        info.mtime = int(options.get("mtime", 0))
        if "xattr" in options:
            name, value = options["xattr"].split(":", 1)
            info.pax_headers["SCHILY.xattr." + name] = value
        content = b""
        if kind == "file":
            content = unescaped(words[0]).encode()
        elif kind == "copy":
            with open(words[0], "rb") as file:
                content = file.read()
        elif kind == "zeros":
            content = bytes(int(words[0]))
        elif kind in ("link", "hard"):
            info.linkname = words[0]
        elif kind in ("char", "block"):
            info.devmajor, info.devminor = int(words[0]), int(words[1])
        info.size = int(words[0]) if kind == "claims" else len(content)
        if kind == "claims":
            self.breaks_off = True
            self.stream.write(info.tobuf(tarfile.GNU_FORMAT))
        else:
            self.tar.addfile(info, io.BytesIO(content))

    def busybox(self):
        for name in ("bin", "etc", "tmp"):
            self.add("dir", name, [])
        self.add("copy", "bin/busybox", ["/bin/busybox", "mode=0755"])
        for name in TOOLS:
            self.add("link", "bin/" + name, ["busybox"])

    def finish(self):
        """Its bytes, as they are and compressed."""
        if not self.breaks_off:
            self.tar.close()
        plain = self.stream.getvalue() + self.garbage
        if self.kind == "tar":
            return plain, plain
        if self.kind == "zstd":
            return plain, subprocess.run(["zstd", "-cq"], input=plain, stdout=subprocess.PIPE, check=True).stdout
        return plain, gzip.compress(plain, 6, mtime=0)

    def media_type(self):
        return self.kind if "/" in self.kind else OCI + "layer.v1.tar" + {"tar": ""}.get(self.kind, "+" + self.kind)


class Layout:
    def __init__(self, folder):
        self.folder = folder
        self.layers, self.env, self.manifests, self.accidents = [], [], 1, []
        self.os, self.architecture = "linux", MACHINES.get(platform.machine(), platform.machine())
        self.last = {}  # the path of the last layer, the configuration, the manifest

    def path_of(self, digest):
        return os.path.join(self.folder, "blobs", "sha256", digest.split(":")[1])

    def blob(self, what, media_type, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.last[what] = self.path_of(digest)
        os.makedirs(os.path.dirname(self.last[what]), exist_ok=True)
        with open(self.last[what], "wb") as file:
            file.write(content)
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def describe(self, line):
        word, *rest = shlex.split(line)
        if word == "layer":
            self.layers.append(Layer(*rest))
        elif word == "busybox":
            self.layers[-1].busybox()
        elif word == "garbage":
            self.layers[-1].garbage = b"x" * 512
        elif word == "env":
            self.env.append(rest[0])
        elif word == "platform":
            self.os, self.architecture = rest[0].split("/")
        elif word == "manifests":
            self.manifests = int(rest[0])
        elif word in ("lose", "damage", "lengthen"):
            self.accidents.append((word, rest[0]))
        else:
            self.layers[-1].add(word, rest[0], rest[1:])

    def document(self, name, content):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            json.dump(content, file, sort_keys=True)

    def write(self):
        layers, unpacked = [], []
        for layer in self.layers:
            plain, packed = layer.finish()
            layers.append(self.blob("layer", layer.media_type(), packed))
            unpacked.append("sha256:" + hashlib.sha256(plain).hexdigest())
        configuration = {"os": self.os, "architecture": self.architecture, "config": {"Env": self.env},
                         "rootfs": {"type": "layers", "diff_ids": unpacked}}
        manifest = {"schemaVersion": 2, "layers": layers, "mediaType": OCI + "manifest.v1+json",
                    "config": self.blob("config", OCI + "config.v1+json", json.dumps(configuration).encode())}
        named = self.blob("manifest", OCI + "manifest.v1+json", json.dumps(manifest).encode())
        named["annotations"] = {"org.opencontainers.image.ref.name": "image"}
        self.document("index.json", {"schemaVersion": 2, "manifests": [named] * self.manifests})
        self.document("oci-layout", {"imageLayoutVersion": "1.0.0"})
        for accident, what in self.accidents:
            self.happen(accident, self.last[what])

    @staticmethod
    def happen(accident, path):
        if accident == "lose":
            os.remove(path)
            return
        with open(path, "r+b") as file:
            content = file.read()
            file.seek(0)
            file.write(content[:-1] + bytes([content[-1] ^ 1]) if accident == "damage" else content + b" ")


def main():
    layout = Layout(sys.argv[1])
    os.makedirs(layout.folder, exist_ok=True)
    for line in sys.stdin:
        if line.strip():
            layout.describe(line)
    layout.write()


main()
