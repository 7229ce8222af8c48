#!/usr/bin/env python3
"""Random edits of random workspaces, and after each two assertions about the built binary:

1. what it made equals what the model says, and, for every CLEAN-th edit, what a build from nothing in a fresh cache makes,
   byte for byte and mode for mode;
2. the steps that it executed are those that the model says have never been made from what they are made of now.

    random_edits.py [--edits N] [--seed S] [--clean N]

PIPEC is the binary. PIPEC_ORACLE_EDITS, PIPEC_ORACLE_SEED and PIPEC_ORACLE_CLEAN are the defaults. A failure prints the seed, and
the shortest list of edits found that still fails.
"""
import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile

import model
from edits import edit, first_state
from prediction import Predictor
from workspace import Mismatch, Workspace, remove


class Tree:
    """A worktree: what is meant, what is on disk, and the branches that it has been on."""

    def __init__(self, path, cache, state):
        self.workspace, self.state, self.branches = Workspace(path, cache), state, []


class Run:
    """One sequence of edits on two worktrees with one cache."""

    def __init__(self, folder, seed, clean):
        self.folder, self.clean = folder, clean
        self.results = model.Results()
        self.cleaned = 0
        rng = random.Random(seed)
        state = first_state(rng)
        self.trees = [Tree(f"{folder}/{name}", folder + "/cache", state.copy()) for name in ("one", "two")]

    def apply(self, number):
        """The edit that the number stands for, a build, and the assertions."""
        rng = random.Random(number)
        tree = self.trees[0 if rng.random() < 0.8 else 1]
        kind = rng.random()
        if kind < 0.80:
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                state = tree.state.copy()
                if edit(state, rng):
                    tree.state = state
        elif kind < 0.85 and tree.branches:
            tree.branches.append(tree.state.copy())
            tree.state = rng.choice(tree.branches).copy()
        elif kind < 0.88:
            tree.branches.append(tree.state.copy())
        elif kind < 0.94:
            self.touch_sources(tree, rng)
        else:
            self.spoil_outputs(tree, rng)
        tree.workspace.write(tree.state)
        self.check(tree, number)

    @staticmethod
    def touch_sources(tree, rng):
        """New times for old bytes; or new bytes of the old size with the old time."""
        paths = [path for path in sorted(tree.workspace.written) if path != "p.pipe" and path in tree.state.files]
        if not paths:
            return
        path = rng.choice(paths)
        full = tree.workspace.path + "/" + path
        if rng.random() < 0.5:
            os.utime(full)
            return
        before = os.stat(full)
        kind, text = tree.state.files[path]
        changed = text.replace(b"line 1", b"line 2") if b"line 1" in text else text.replace(b"line 2", b"line 1")
        tree.state.files[path] = (kind, changed)
        tree.workspace.write(tree.state)
        os.utime(full, ns=(before.st_atime_ns, before.st_mtime_ns))

    @staticmethod
    def spoil_outputs(tree, rng):
        kept = tree.workspace.path + "/.pipec/out/p"
        names = sorted(os.listdir(kept)) if os.path.isdir(kept) else []
        if not names:
            return
        path = kept + "/" + rng.choice(names)
        subprocess.run(["chmod", "-R", "u+w", kept], check=True)
        if os.path.isdir(path):
            inside = sorted(os.listdir(path))
            if inside and rng.random() < 0.5:
                os.remove(path + "/" + rng.choice(inside))
            else:
                with open(path + "/extra", "wb") as file:
                    file.write(b"extra")
        elif rng.random() < 0.5:
            os.remove(path)
        else:
            with open(path, "ab") as file:
                file.write(b"spoilt")

    def check(self, tree, number):
        prediction = Predictor(tree.state, self.results).run()
        document, talk = tree.workspace.build()
        executed = collections.Counter()
        for node in document["nodes"]:
            if node["kind"] == "build" and node["state"] in ("succeeded", "failed"):
                if node["label"] not in prediction.keys:
                    raise Mismatch(f"{node['label']} was executed, which the model does not know\n{talk}")
                executed[prediction.keys[node["label"]]] += 1
        if executed != prediction.executed:
            raise Mismatch("executed, and need not: %s\nnot executed: %s\n%s" % (
                list((executed - prediction.executed).items()), list((prediction.executed - executed).items()), talk))
        made = {step.name: prediction.outputs[step.name] for step in tree.state.steps
                if step.kind != "each" and prediction.outputs[step.name] is not None}
        for name, content in made.items():
            if tree.workspace.kept(name) != content:
                raise Mismatch(f"the output of {name} is {tree.workspace.kept(name)} instead of {content}\n{talk}")
        if number % self.clean == 0:
            self.check_clean(tree, made)

    def check_clean(self, tree, made):
        """The same from nothing."""
        folder = self.folder + "/clean"
        fresh = Workspace(folder + "/w", folder + "/cache")
        fresh.write(tree.state)
        fresh.build()
        for name in made:
            if fresh.kept(name) != tree.workspace.kept(name):
                raise Mismatch(f"the output of {name} is not that of a clean build: {fresh.kept(name)}")
        self.cleaned += 1
        remove(folder)


def attempt(seed, numbers, options):
    """None, or why the edits fail and after how many."""
    folder = tempfile.mkdtemp(prefix="pipec-oracle.", dir=os.environ.get("TMPDIR", "/tmp"))
    try:
        run = Run(folder, seed, options.clean)
        for count, number in enumerate(numbers, 1):
            try:
                run.apply(number)
            except Mismatch as mismatch:
                return count, str(mismatch)
        print(f"{len(numbers)} edits, {run.cleaned} clean builds, {sum(map(len, run.results.made.values()))} different results")
        return None
    finally:
        remove(folder)


def shrink(seed, numbers, options):
    """Leaves out ever smaller parts of the edits as long as the rest fails."""
    size = len(numbers) // 2
    while size:
        start = 0
        while start < len(numbers):
            fewer = numbers[:start] + numbers[start + size:]
            failure = attempt(seed, fewer, options) if fewer else None
            if failure:
                numbers = fewer[:failure[0]]
            else:
                start += size
        size //= 2
    return numbers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=int(os.environ.get("PIPEC_ORACLE_EDITS", "150")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("PIPEC_ORACLE_SEED", "1")))
    parser.add_argument("--clean", type=int, default=int(os.environ.get("PIPEC_ORACLE_CLEAN", "10")))
    options = parser.parse_args()
    rng = random.Random(options.seed)
    numbers = [rng.randrange(1 << 40) for _ in range(options.edits)]
    failure = attempt(options.seed, numbers, options)
    if not failure:
        return 0
    print(f"seed {options.seed}: edit {failure[0]} fails: {failure[1]}\nshrinking", flush=True)
    shortest = shrink(options.seed, numbers[:failure[0]], options)
    print(f"seed {options.seed}: {len(shortest)} edits suffice: {shortest}\n{(attempt(options.seed, shortest, options) or (0, 'not again'))[1]}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
