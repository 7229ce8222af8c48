"""Workspaces of the oracle: what one is meant to be (State), its pipeline as text, and its folder on disk (Workspace)."""
import json
import os
import shutil
import subprocess

import model

PIPEC = os.environ["PIPEC"]


class Mismatch(Exception):
    """pipec and the model disagree."""


class State:
    """Source files and steps of one workspace, as they are meant to be."""

    def __init__(self):
        self.files = {}  # path -> ("f" or "x", bytes) or ("l", target)
        self.steps = []
        self.comment = 0

    def copy(self):
        other = State()
        other.files, other.steps, other.comment = dict(self.files), [s.copy() for s in self.steps], self.comment
        return other

    def folder(self, path):
        top = {}
        for file, content in self.files.items():
            if file.startswith(path + "/"):
                *folders, name = file[len(path) + 1:].split("/")
                here = top
                for part in folders:
                    here = here.setdefault(part, ("d", {}))[1]
                here[name] = content
        return ("d", top)

    def below(self, prefix):
        return sorted(path for path in self.files if path.startswith(prefix))


def argument(use):
    kind, _, name = use.partition(":")
    return {"file": f'file("{name}")', "dir": f'dir("{name}")', "glob": f'glob("{name}/*")'}.get(kind, name)


def pipeline_text(state):
    text = "".join("// comment\n" for _ in range(state.comment))
    defined = set()
    for step in state.steps:
        if step.definition not in defined:
            defined.add(step.definition)
            text += model.KINDS[step.called][1] % {"name": step.definition} + "\n"
    text += "pipeline p() {\n"
    for step in state.steps:
        first = argument(step.uses[0])
        if step.kind == "each":
            text += f'  let {step.name} = [for f in {first}.files("*.txt") => {step.definition}(f, tag = "{step.tag}")]\n'
            continue
        if step.kind == "join":
            first = " + ".join(argument(use) if use[:4] in ("glob", "each") else f"[{argument(use)}]" for use in step.uses)
        more = f", headers = {argument(step.uses[1])}" if step.kind == "compile" else ""
        text += f'  let {step.name} = {step.definition}({first}{more}, tag = "{step.tag}")\n'
        text += f"  out {step.name} = {step.name}\n"
    return text + "}\n"


class Workspace:
    """A folder that is kept like a State, by writing what differs."""

    def __init__(self, path, cache):
        self.path, self.cache = path, cache
        self.written = {}
        os.makedirs(path + "/.pipec")

    def write(self, state):
        files = dict(state.files)
        files["p.pipe"] = ("f", pipeline_text(state).encode())
        for path in [path for path in self.written if path not in files]:
            os.remove(self.path + "/" + path)
            folder = os.path.dirname(self.path + "/" + path)
            while folder != self.path and not os.listdir(folder):
                os.rmdir(folder)
                folder = os.path.dirname(folder)
        for path, content in files.items():
            if self.written.get(path) != content:
                self.put(path, content)
        self.written = files

    def put(self, path, content):
        full = self.path + "/" + path
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content[1])
        os.chmod(full, 0o755 if content[0] == "x" else 0o644)

    def build(self):
        done = subprocess.run(
            [PIPEC, "build", "-C", self.path, "--cache-dir", self.cache, "--keep-going", "--format", "json", "--progress", "none", "p"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode not in (0, 1):
            raise Mismatch(f"exit code {done.returncode}\n{done.stderr.decode()}")
        return json.loads(done.stdout), done.stderr.decode()

    def kept(self, name):
        return read(f"{self.path}/.pipec/out/p/{name}")


def read(path):
    if os.path.isdir(path):
        return ("d", {name: read(path + "/" + name) for name in os.listdir(path)})
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return ("x" if os.stat(path).st_mode & 0o111 else "f", file.read())


def remove(folder):
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
    shutil.rmtree(folder)
