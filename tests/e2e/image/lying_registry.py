"""A registry that gives out an OCI layout, and lies about one of its blobs: lying_registry.py PORT FOLDER manifest|config|layer|none

Of the distribution API, as much as a pull needs. A line on standard output for each request.
"""

import http.server
import json
import os
import sys

port, folder, lie = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def blob(digest):
    with open(os.path.join(folder, "blobs", "sha256", digest.split(":")[1]), "rb") as file:
        return file.read()


with open(os.path.join(folder, "index.json"), encoding="utf-8") as index:
    named = json.load(index)["manifests"][0]
manifest = json.loads(blob(named["digest"]))
lies = {"manifest": named["digest"], "config": manifest["config"]["digest"], "layer": manifest["layers"][-1]["digest"]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, media_type="application/octet-stream", digest=None):
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if digest:
            self.send_header("Docker-Content-Digest", digest)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def content(self, digest):
        """Of the same size: a space in JSON, a byte at the end of a layer."""
        body = blob(digest)
        if lies.get(lie) != digest:
            return body
        return body.replace(b'": ', b'":\t', 1) if body.startswith(b"{") else body[:-1] + bytes([body[-1] ^ 1])

    def do_GET(self):
        print(self.command, self.path, flush=True)
        what = self.path.rsplit("/", 1)[-1]
        if self.path.rstrip("/") == "/v2":
            self.answer(b"{}", "application/json")
        elif "/manifests/" in self.path:
            # Honest about the tag: a pull asks by the digest that this tells.
            digest = named["digest"]
            body = self.content(digest) if what.startswith("sha256:") else blob(digest)
            self.answer(body, named["mediaType"], digest)
        elif "/blobs/" in self.path:
            self.answer(self.content(what), digest=what)
        else:
            self.send_error(404)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
