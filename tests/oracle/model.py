"""What a workspace of the oracle means: an independent model of its steps, their keys and their outputs.

A workspace has source files and a list of steps. The model knows for every kind of step which bytes it makes of which
inputs, and what its result may depend on. So it predicts, without asking pipec, what every output is, and which steps
must run given all that has ever been made.

Content is a tuple: ("f" or "x", bytes) for a file, ("d", {name: content}) for a folder, ("l", target) for a link.
"""
import hashlib


def freeze(content):
    """Content as something that can be part of a key."""
    kind, value = content
    if kind == "d":
        return (kind, tuple(sorted((name, freeze(part)) for name, part in value.items())))
    return (kind, hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value)


def walk(content, path=""):
    """All files below a folder, as (path, content), in the order of `find | LC_ALL=C sort`."""
    for name, part in content[1].items():
        here = f"{path}/{name}" if path else name
        if part[0] == "d":
            yield from walk(part, here)
        else:
            yield here, part


def listing(folder):
    lines = [(b"./" + path.encode(), part) for path, part in walk(folder) if part[0] in "fx"]
    return b"".join(path + b"\n" + part[1] for path, part in sorted(lines))


class Failed(Exception):
    """The step would fail."""


class Step:
    """One `let` of the pipeline. `uses` names sources (`file:PATH`, `dir:PATH`, `glob:DIR`) and other steps (`step:NAME`)."""

    def __init__(self, name, kind, tag, uses, definition):
        self.name, self.kind, self.tag, self.uses, self.definition = name, kind, tag, uses, definition

    @property
    def called(self):
        """The kind of what it calls: an `each` copies what it loops over."""
        return "copy" if self.kind == "each" else self.kind

    def copy(self):
        return Step(self.name, self.kind, self.tag, list(self.uses), self.definition)


# For each kind: its definition in the language, and what it makes of its inputs, a list of (base name, content).

def run_copy(tag, inputs):
    return inputs[0][1]


def run_join(tag, inputs):
    return ("f", tag.encode() + b"\n" + b"".join(content[1] for _, content in inputs))


def run_list(tag, inputs):
    return ("f", tag.encode() + b"\n" + listing(inputs[0][1]))


def run_check(tag, inputs):
    if b"BAD" in inputs[0][1][1]:
        raise Failed()
    return ("f", tag.encode() + b"\n" + inputs[0][1][1])


def run_explode(tag, inputs):
    made = {}
    for line in inputs[0][1][1].decode().split("\n"):
        if line.strip():
            name, _, rest = line.partition(" ")
            made[name + ".txt"] = ("f", (rest.strip() + tag + "\n").encode())
    return ("d", made)


def run_compile(tag, inputs):
    source, headers = inputs[0][1], inputs[1][1]
    made = tag.encode() + b"\n" + source[1]
    for header in used_headers(source):
        part = headers[1].get(header)
        made += part[1] if part and part[0] in "fx" else b"absent " + header.encode() + b"\n"
    return ("f", made)


def used_headers(source):
    return [line[4:] for line in source[1].decode().split("\n") if line.startswith("use ")]


KINDS = {
    "copy": (run_copy, """build %(name)s(src: File, tag: String) -> File {
  run ["cp", src, out]
}
"""),
    "join": (run_join, """build %(name)s(parts: List<File>, tag: String) -> File {
  run sh"(echo ${tag}; cat ${parts} < /dev/null) > ${out}"
}
"""),
    "list": (run_list, """build %(name)s(src: Dir, tag: String) -> File {
  run sh"(echo ${tag}; cd ${src}; find . -type f | LC_ALL=C sort | while read -r f; do echo $f; cat $f; done) > ${out}"
}
"""),
    "check": (run_check, """build %(name)s(src: File, tag: String) -> File {
  run sh"if grep -q BAD ${src}; then exit 1; fi; (echo ${tag}; cat ${src}) > ${out}"
}
"""),
    "explode": (run_explode, """build %(name)s(src: File, tag: String) -> Dir {
  run sh\"\"\"
    mkdir ${out}
    while read -r n c; do
      if [ -n "$n" ]; then echo "$c"${tag} > ${out}/$n.txt; fi
    done < ${src}
  \"\"\"
}
"""),
    "compile": (run_compile, """build %(name)s(src: File, pool headers: Dir, tag: String) -> File {
  depfile = "out.d"
  run sh\"\"\"
    (echo ${tag}; cat ${src}) > ${out}
    printf 'out:' > out.d
    for h in $(sed -n 's/^use //p' ${src}); do
      if [ -f ${headers}/$h ]; then
        cat ${headers}/$h >> ${out}
        printf ' %%s' ${headers}/$h >> out.d
      else
        echo "absent $h" >> ${out}
      fi
    done
    echo >> out.d
  \"\"\"
}
"""),
}


# What a definition's command may say in addition, which changes its key and never what it makes.
EXTRA_WORDS = ("", "true && ", "true && true && ")


def definition_text(name, kind, wording):
    """The definition, its command in one of the wordings."""
    text = KINDS[kind][1] % {"name": name}
    if kind == "copy":
        return text.replace('["cp", ', '["cp", ' + '"-f", ' * wording)
    if 'sh"""' in text:
        return text.replace('sh"""\n    ', 'sh"""\n    ' + EXTRA_WORDS[wording])
    return text.replace('sh"', 'sh"' + EXTRA_WORDS[wording])


def key_of(step, inputs, numbers, wording):
    """All that the result of a step may depend on; of a pool the names only. `numbers`: for each input the first one that is
    the same file or output, for a step sees one that is given twice under one path, and two that are equal under two."""
    parts = []
    for index, (name, content) in enumerate(inputs):
        if step.called == "compile" and index == 1:
            parts.append((name, "pool", tuple(sorted(path for path, _ in walk(content)))))
        else:
            parts.append((name, freeze(content)))
    tag = None if step.called == "copy" else step.tag  # not mentioned by the command
    return (step.called, wording, tag, tuple(parts), tuple(numbers))


def pool_reads(step, inputs):
    """What a step reads of its pool: nothing for most."""
    if step.called != "compile":
        return ()
    source, headers = inputs[0][1], inputs[1][1]
    return tuple((header, freeze(headers[1][header])) for header in sorted(set(used_headers(source)))
                 if headers[1].get(header, ("d",))[0] in "fx")


class Result:
    """What a step made. It is not `certain` if the build that was to make it may have been killed before."""

    def __init__(self, reads, content, certain):
        self.reads, self.content, self.certain = reads, content, certain


class Results:
    """Everything that was ever made by a step that succeeded: what a perfect cache would serve."""

    def __init__(self):
        self.made = {}  # key -> list of Result

    def copy(self):
        other = Results()
        other.made = {key: [Result(r.reads, r.content, r.certain) for r in results] for key, results in self.made.items()}
        return other

    def find(self, key, headers):
        """The Result that holds for what the files of the pools are now; a certain one if there is."""
        found = [result for result in self.made.get(key, [])
                 if all(headers.get(name) == frozen for name, frozen in result.reads)]
        return max(found, key=lambda result: result.certain, default=None)

    def add(self, key, reads, content, certain):
        self.made.setdefault(key, []).append(Result(reads, content, certain))

    def count(self):
        return sum(map(len, self.made.values()))
