"""One sequence of edits on two worktrees of one repository, with one cache, and what must be true after each."""
import collections
import os
import random

import model
from edits import edit, first_state
from prediction import Predictor
from workspace import Mismatch, Workspace, remove


class Tree:
    """A worktree: what is meant, and what is on disk."""

    def __init__(self, path, cache, state):
        self.workspace, self.state = Workspace(path, cache), state
        self.spoilt = set()  # outputs that somebody has changed and no build has put back since

    def edit(self, rng):
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            state = self.state.copy()
            if edit(state, rng):
                self.state = state
        self.workspace.write(self.state)


def executed_in(document, prediction, talk):
    """How often each key was executed."""
    executed = collections.Counter()
    for node in document["nodes"]:
        if node["kind"] == "build" and node["state"] in ("succeeded", "failed"):
            if node["label"] not in prediction.keys:
                raise Mismatch(f"{node['label']} was executed, which the model does not know\n{talk}")
            executed[prediction.keys[node["label"]]] += 1
    return executed


def reasons(document, prediction, keys):
    """Why pipec says that it executed what has one of the keys."""
    return "\n".join(f"{node['label']}: {node['reason']}\n" + "".join(f"  {change}\n" for change in node["changes"])
                     for node in document["nodes"] if prediction.keys.get(node["label"]) in keys and node["state"] != "cached")


class Run:
    def __init__(self, folder, seed, clean):
        self.folder, self.clean = folder, clean
        self.results = model.Results()
        self.branches = []  # (commit, state)
        self.counts = collections.Counter()
        state = first_state(random.Random(seed))
        first = Tree(folder + "/one", folder + "/cache", state)
        first.workspace.git("init", "--quiet")
        first.workspace.write(state)
        with open(folder + "/one/.git/info/exclude", "w", encoding="utf-8") as file:
            file.write(".pipec\n")
        first.workspace.git("worktree", "add", "--quiet", "--detach", folder + "/two", first.workspace.commit())
        second = Tree(folder + "/two", folder + "/cache", state.copy())
        second.workspace.written = Workspace.files_of(state)
        self.trees = [first, second]

    def summary(self):
        counted = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        return f"{counted}, {self.results.count()} different results"

    def apply(self, number):
        """The edit that the number stands for, a build, and the assertions."""
        rng = random.Random(number)
        tree = self.trees[0 if rng.random() < 0.8 else 1]
        kind = rng.random()
        if kind < 0.66:
            tree.edit(rng)
        elif kind < 0.73:
            self.change_branch(tree, rng)
        elif kind < 0.78:
            self.touch_sources(tree, rng)
        elif kind < 0.84:
            self.spoil_outputs(tree, rng)
        elif kind < 0.92:
            tree.edit(rng)
            self.kill(tree, rng)
        else:
            for each in self.trees:
                each.edit(rng)
            self.check_both(number)
            return
        self.check(tree, number)

    # ---- edits ---------------------------------------------------------------------

    def change_branch(self, tree, rng):
        self.branches.append((tree.workspace.commit(), tree.state.copy()))
        self.counts["commits"] += 1
        if rng.random() < 0.7:
            commit, state = rng.choice(self.branches)
            tree.workspace.check_out(commit, state)
            tree.state = state.copy()
            self.counts["checkouts"] += 1

    def kill(self, tree, rng):
        """A build is killed, at times several in a row, and at times what it was to build changes at once."""
        for _ in range(rng.choice([1, 1, 2])):
            Predictor(tree.state, self.results, certain=False).run()
            tree.workspace.kill_a_build(rng.random() * 0.12, rng.random() < 0.5)
            self.counts["kills"] += 1
            if rng.random() < 0.4:
                tree.edit(rng)

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

    def spoil_outputs(self, tree, rng):
        """Outputs deleted, edited, or given another mode by hand."""
        kept = tree.workspace.path + "/.pipec/out/p"
        names = tree.workspace.kept_names()
        if not names:
            return
        self.counts["outputs spoilt"] += 1
        name = rng.choice(names)
        tree.spoilt.add(name)
        path = kept + "/" + name
        if os.path.isdir(path):
            inside = sorted(os.listdir(path))
            if inside and rng.random() < 0.5:
                os.remove(path + "/" + rng.choice(inside))
            else:
                with open(path + "/extra", "wb") as file:
                    file.write(b"extra")
        elif rng.random() < 0.4:
            os.remove(path)
        elif rng.random() < 0.5:
            os.chmod(path, rng.choice([0o600, 0o444, 0o755, 0o644, 0o777]))
        else:
            with open(path, "ab") as file:
                file.write(b"spoilt")

    # ---- assertions ----------------------------------------------------------------

    def check(self, tree, number):
        prediction = Predictor(tree.state, self.results).run()
        document, talk = tree.workspace.build()
        executed = executed_in(document, prediction, talk)
        missing = prediction.executed - executed
        extra = executed - prediction.executed - prediction.optional
        if missing or extra:
            raise Mismatch(f"executed, and need not: {list(extra.items())}\n{reasons(document, prediction, extra)}"
                           f"not executed: {list(missing.items())}\n{talk}")
        self.counts["builds"] += 1
        self.check_outputs(tree, prediction, number, talk)

    def check_both(self, number):
        """Both worktrees are built at the same time. What both need is executed by one of them or by each."""
        before = self.results.copy()
        predictions = [Predictor(self.trees[0].state, self.results).run(), Predictor(self.trees[1].state, before).run()]
        processes = [tree.workspace.start() for tree in self.trees]
        done = [Workspace.finish(process) for process in processes]
        executed = [executed_in(document, prediction, talk) for (document, talk), prediction in zip(done, predictions)]
        for mine, other in ((0, 1), (1, 0)):
            extra = executed[mine] - predictions[mine].executed - predictions[mine].optional
            missing = predictions[mine].executed - executed[mine] - predictions[other].executed - predictions[other].optional
            if extra or missing:
                raise Mismatch(f"executed, and need not: {list(extra.items())}\n{reasons(done[mine][0], predictions[mine], extra)}"
                               f"not executed: {list(missing.items())}\n{done[mine][1]}")
        unmade = (predictions[0].executed & predictions[1].executed) - executed[0] - executed[1]
        if unmade:
            raise Mismatch(f"executed by neither: {list(unmade.items())}\n{done[0][1]}\n{done[1][1]}")
        Predictor(self.trees[1].state, self.results).run()  # what it has made is known, too
        self.counts["pairs of builds"] += 1
        for tree, prediction, (_, talk) in zip(self.trees, predictions, done):
            self.check_outputs(tree, prediction, number, talk)

    def check_outputs(self, tree, prediction, number, talk):
        kept = [step.name for step in tree.state.steps if step.kind != "each"]
        made = {name: prediction.outputs[name] for name in kept if prediction.outputs[name] is not None}
        for name, content in made.items():
            if tree.workspace.kept(name) != content:
                raise Mismatch(f"the output of {name} is {tree.workspace.kept(name)} instead of {content}\n{talk}")
            tree.spoilt.discard(name)
        # What somebody has changed is left alone when its step goes, unless the step was built in between.
        for name in set(tree.workspace.kept_names()) - set(kept) - tree.spoilt:
            raise Mismatch(f"{name} is kept, and there is no such step any more\n{talk}")
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
        self.counts["clean builds"] += 1
        remove(folder)
