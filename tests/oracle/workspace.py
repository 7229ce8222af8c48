"""Workspaces of the oracle: what one is meant to be (State), its pipeline as text, and its folder on disk (Workspace)."""
import json
import os
import re
import shutil
import signal
import subprocess
import time

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
        self.wordings = {}  # definition -> which of the wordings its command has

    def copy(self):
        other = State()
        other.files, other.steps, other.comment = dict(self.files), [s.copy() for s in self.steps], self.comment
        other.wordings = dict(self.wordings)
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
            text += model.definition_text(step.definition, step.called, state.wordings.get(step.definition, 0)) + "\n"
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
        os.makedirs(path + "/.pipec", exist_ok=True)

    @staticmethod
    def files_of(state):
        return {**state.files, "p.pipe": ("f", pipeline_text(state).encode())}

    def write(self, state):
        files = self.files_of(state)
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

    def git(self, *words):
        done = subprocess.run(["git", "-c", "user.name=o", "-c", "user.email=o@localhost", "-C", self.path, *words],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode().strip()

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "state")
        return self.git("rev-parse", "HEAD")

    def check_out(self, commit, state):
        """git writes the files of a commit that was made of the state."""
        self.git("checkout", "--quiet", "--detach", commit)
        self.written = self.files_of(state)

    def start(self):
        """A build; finish() waits for it. It leads a process group of its own."""
        return subprocess.Popen(
            [PIPEC, "build", "-C", self.path, "--cache-dir", self.cache, "--keep-going", "--format", "json", "--progress", "none", "p"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    @staticmethod
    def finish(process):
        """The document and the talk of a build."""
        document, talk = process.communicate()
        if process.returncode not in (0, 1) or re.search(b"^warning:", talk, re.MULTILINE):
            raise Mismatch(f"exit code {process.returncode}\n{talk.decode()}")
        return json.loads(document), talk.decode()

    def build(self):
        return self.finish(self.start())

    def kill_a_build(self, moment, whole_group):
        """Kills a build after so many seconds: with all its processes, or pipec alone."""
        process = self.start()
        time.sleep(moment)
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
        process.communicate()

    def kept(self, name):
        return read(f"{self.path}/.pipec/out/p/{name}")


    def kept_names(self):
        folder = self.path + "/.pipec/out/p"
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def read(path):
    """Content; where a mode is none that content has, it stands in the place of the kind."""
    if not os.path.lexists(path):
        return None
    if os.path.islink(path):
        return ("l", os.readlink(path))
    mode = os.stat(path).st_mode & 0o7777
    if os.path.isdir(path):
        return ("d" if mode == 0o755 else oct(mode), {name: read(path + "/" + name) for name in os.listdir(path)})
    with open(path, "rb") as file:
        return ({0o644: "f", 0o755: "x"}.get(mode, oct(mode)), file.read())


def remove(folder):
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
    shutil.rmtree(folder)
