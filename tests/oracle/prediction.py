"""What a build of a State must execute and make, given all that was ever made."""
import collections

import model


class Prediction:
    def __init__(self):
        self.outputs = {}  # step -> content; None if it has none
        self.keys = {}  # label -> key
        self.executed = collections.Counter()  # key -> how often it must execute
        self.optional = collections.Counter()  # key -> how often it may, because a killed build may have made it or not


class Predictor:
    """Of one build, from first to last step. `certain`: it will not be killed; then all it makes is in the cache afterwards."""

    def __init__(self, state, results, certain=True):
        self.state, self.results, self.certain = state, results, certain
        self.prediction = Prediction()
        self.nodes = {}  # (definition, tag, handles) -> its number as a handle, content or None
        self.handles = {}  # step -> the node of its output; of an `each` a list of them

    def run(self):
        for step in self.state.steps:
            self.prediction.outputs[step.name] = self.each(step) if step.kind == "each" else self.step(step)
        return self.prediction

    def inputs(self, use):
        """(base name, content, handle) of what `use` stands for; None if something it needs was not made."""
        kind, _, name = use.partition(":")
        base = name.rsplit("/", 1)[-1]
        if kind == "file":
            return [(base, self.state.files[name], name)]
        if kind == "dir":
            return [(base, self.state.folder(name), name)]
        if kind == "glob":
            paths = [path for path in self.state.below(name + "/") if "/" not in path[len(name) + 1:]]
            return [(path.rsplit("/", 1)[-1], self.state.files[path], path) for path in sorted(paths, key=str.encode)]
        made = self.prediction.outputs[name]
        if made is None:
            return None
        if kind == "each":
            return [(base, content, handle) for (base, content), handle in zip(made, self.handles[name])]
        return [("out", made, self.handles[name])]

    def step(self, step):
        inputs = []
        for use in step.uses:
            part = self.inputs(use)
            if part is None:
                return None
            inputs += part
        self.handles[step.name], made = self.node(step, step.name, inputs)
        return made

    def each(self, step):
        folder = self.inputs(step.uses[0])
        if folder is None:
            return None
        made, self.handles[step.name] = [], []
        _, (_, files), place = folder[0]
        for name in sorted(files, key=str.encode):
            handle, part = self.node(step, f"{step.name}[{name}]", [(name, files[name], (place, name))])
            self.handles[step.name].append(handle)
            made.append(None if part is None else ("out", part))
        return None if None in made else made

    def node(self, step, label, parts):
        """One call, its node and what it makes: equal calls are one node, and equal keys execute once."""
        inputs = [(base, content) for base, content, _ in parts]
        handles = [handle for _, _, handle in parts]
        same = (step.definition, step.tag, tuple(handles))
        key = model.key_of(step, inputs, [handles.index(handle) for handle in handles], self.state.wordings.get(step.definition, 0))
        self.prediction.keys["p." + label] = key
        if same not in self.nodes:
            self.nodes[same] = (len(self.nodes), self.result(step, key, inputs))
        return self.nodes[same]

    def result(self, step, key, inputs):
        kind = step.called
        headers = {path: model.freeze(part) for path, part in model.walk(inputs[1][1])} if kind == "compile" else {}
        known = self.results.find(key, headers)
        if known:
            if not known.certain:
                self.prediction.optional[key] += 1
                known.certain = self.certain
            return known.content
        self.prediction.executed[key] += 1
        try:
            content = model.KINDS[kind][0](step.tag, inputs)
        except model.Failed:
            return None
        self.results.add(key, model.pool_reads(step, inputs), content, self.certain)
        return content
