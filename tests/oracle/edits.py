"""Random workspaces, and random edits of them."""
import model
from workspace import State


def random_text(rng):
    return f"line {rng.randrange(12)}\n".encode() * rng.randrange(1, 3)


def random_list(rng):
    return "".join(f"{name} value {rng.randrange(4)}\n" for name in "abcdef" if rng.random() < 0.6).encode()


def random_code(rng):
    return b"code\n" + "".join(f"use h{i}\n" for i in range(5) if rng.random() < 0.4).encode()


def content_for(path, rng):
    if path.startswith("list/"):
        return random_list(rng)
    if path.startswith("code/c"):
        return random_code(rng)
    text = random_text(rng)
    return text + b"BAD\n" if rng.random() < 0.07 else text


FOLDERS = ("src", "src/deep", "data", "list", "code/h")


def new_path(rng):
    folder = rng.choice(FOLDERS)
    name = {"list": "l", "code/h": "h"}.get(folder, "f")
    return f"{folder}/{name}{rng.randrange(5)}"


def random_step(rng, state):
    name = f"s{rng.randrange(100)}"
    if any(step.name == name for step in state.steps):
        return None
    kind = rng.choice(["copy", "join", "join", "list", "check", "explode", "compile", "each", "each"])
    files = [f"file:{path}" for path in state.below("")] or ["file:src/f0"]
    single = [f"step:{step.name}" for step in state.steps if step.kind in ("copy", "join", "list", "check", "compile")]
    exploded = [f"step:{step.name}" for step in state.steps if step.kind == "explode"]
    eaches = [f"each:{step.name}" for step in state.steps if step.kind == "each"]
    tag = rng.choice("xyz")
    if kind in ("copy", "check"):
        uses = [rng.choice(files + single)]
    elif kind == "list":
        uses = [rng.choice(["dir:src", "dir:src/deep", "dir:data"] + exploded)]
    elif kind == "explode":
        uses = [rng.choice([f"file:{path}" for path in state.below("list/")] or ["file:src/f0"])]
    elif kind == "compile":
        uses = [rng.choice([f"file:{path}" for path in state.below("code/c")] or ["file:src/f0"]), "dir:code/h"]
    elif kind == "each":
        if not exploded:
            return None
        uses = [rng.choice(exploded)]
    else:
        uses = [rng.choice(files + single + eaches * 3 + ["glob:src", "glob:data"]) for _ in range(rng.randrange(1, 4))]
        uses = list(dict.fromkeys(uses))
    definition = ("copy" if kind == "each" else kind) + rng.choice(["", "", "", "_b"])
    return model.Step(name, kind, tag, uses, definition)


def is_whole(state):
    """Every source that a step names is there, and every step it uses stands before it."""
    seen = set()
    for step in state.steps:
        for use in step.uses:
            kind, _, name = use.partition(":")
            if kind == "file" and name not in state.files:
                return False
            if kind in ("dir", "glob") and not state.below(name + "/"):
                return False
            if kind in ("step", "each") and name not in seen:
                return False
        seen.add(step.name)
    return bool(state.steps)


def edit(state, rng):
    """One random edit of the text of a workspace; False if it would not be whole."""
    what = rng.randrange(100)
    paths = sorted(state.files)
    if what < 40 and paths:
        path = rng.choice(paths)
        state.files[path] = (state.files[path][0], content_for(path, rng))
    elif what < 48 and paths:
        path = rng.choice(paths)
        kind, text = state.files[path]
        state.files[path] = ("x" if kind == "f" else "f", text)
    elif what < 58:
        path = new_path(rng)
        state.files[path] = ("f", content_for(path, rng))
    elif what < 66 and paths:
        del state.files[rng.choice(paths)]
    elif what < 71 and paths:
        path, to = rng.choice(paths), new_path(rng)
        state.files[to] = state.files.pop(path)
    elif what < 75:
        state.comment = rng.randrange(4)
    elif what < 80 and state.steps:
        rng.choice(state.steps).tag = rng.choice("xyz")
    elif what < 84 and state.steps:
        step = rng.choice(state.steps)
        new = f"s{rng.randrange(100)}"
        if any(other.name == new for other in state.steps):
            return False
        for other in state.steps:
            other.uses = [use.split(":")[0] + ":" + new if use in ("step:" + step.name, "each:" + step.name) else use
                          for use in other.uses]
        step.name = new
    elif what < 86 and state.steps:
        definition = rng.choice(state.steps).definition
        state.wordings[definition] = rng.randrange(len(model.EXTRA_WORDS))
    elif what < 88 and state.steps:
        step = rng.choice(state.steps)
        step.definition = step.definition[:-2] if step.definition.endswith("_b") else step.definition + "_b"
    elif what < 95 and len(state.steps) < 14:
        step = random_step(rng, state)
        if not step:
            return False
        state.steps.append(step)
    elif state.steps:
        state.steps.remove(rng.choice(state.steps))
    return is_whole(state)


def first_state(rng):
    state = State()
    for path in ("src/f0", "src/f1", "src/deep/f0", "data/f0", "list/l0", "list/l1", "code/c0", "code/c1", "code/h/h0", "code/h/h1"):
        state.files[path] = ("f", content_for(path, rng))
    while len(state.steps) < 8:
        step = random_step(rng, state)
        if step:
            state.steps.append(step)
    return state
