"""What a build of a State must execute and make, given all that was ever made."""
import collections

import model


class Prediction:
    def __init__(self):
        self.outputs = {}  # step -> content; None if it has none
        self.keys = {}  # label -> key
        self.executed = collections.Counter()


class Predictor:
    def __init__(self, state, results):
        self.state, self.results = state, results
        self.prediction = Prediction()
        self.nodes = {}  # (definition, tag, handles) -> content, None

    def run(self):
        for step in self.state.steps:
            self.prediction.outputs[step.name] = self.each(step) if step.kind == "each" else self.step(step)
        return self.prediction

    def inputs(self, use):
        """(base name, content) of what `use` stands for; None if something it needs was not made."""
        kind, _, name = use.partition(":")
        base = name.rsplit("/", 1)[-1]
        if kind == "file":
            return [(base, self.state.files[name])]
        if kind == "dir":
            return [(base, self.state.folder(name))]
        if kind == "glob":
            paths = [path for path in self.state.below(name + "/") if "/" not in path[len(name) + 1:]]
            return [(path.rsplit("/", 1)[-1], self.state.files[path]) for path in sorted(paths, key=str.encode)]
        made = self.prediction.outputs[name]
        if made is None:
            return None
        return made if kind == "each" else [("out", made)]

    def step(self, step):
        inputs, handles = [], []
        for use in step.uses:
            part = self.inputs(use)
            if part is None:
                return None
            inputs += part
            handles.append(use)
        return self.node(step, step.name, inputs, tuple(handles))

    def each(self, step):
        folder = self.inputs(step.uses[0])
        if folder is None:
            return None
        made = []
        for name in sorted(folder[0][1][1], key=str.encode):
            part = self.node(step, f"{step.name}[{name}]", [(name, folder[0][1][1][name])], (step.uses[0], name))
            made.append(None if part is None else ("out", part))
        return None if None in made else made

    def node(self, step, label, inputs, handles):
        """One call: equal calls are one node, and equal keys execute once."""
        kind = step.called
        same = (step.definition, step.tag, handles)
        key = model.key_of(step, inputs)
        self.prediction.keys["p." + label] = key
        if same in self.nodes:
            return self.nodes[same]
        headers = {path: model.freeze(part) for path, part in model.walk(inputs[1][1])} if kind == "compile" else {}
        content = self.results.find(key, headers)
        if content is None:
            self.prediction.executed[key] += 1
            try:
                content = model.KINDS[kind][0](step.tag, inputs)
                self.results.add(key, model.pool_reads(step, inputs), content)
            except model.Failed:
                content = None
        self.nodes[same] = content
        return content
