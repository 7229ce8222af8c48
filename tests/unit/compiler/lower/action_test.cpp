// From the body of an action to its spec: inputs, holes, scripts, settings.
#include "lowered.h"

#include "compiler/plan/plan_json.h"

using namespace pipec;
using namespace pipec::lower;
using plan::HoleKind;

TEST_CASE("inputs are what is mentioned, numbered env first, then the commands") {
  Lowered lowered(R"(
build b(first: File, unused: File, second: Dir) -> File {
  run ["cp", first, second, first, out]
  env = ["B": "${first}", "A": "x${second}"]
}
pipeline p() { let x = b(file("a.txt"), unused = file("u.txt"), second = dir("d")) }
)",
                  {"a.txt", "u.txt", "d/x"});
  const plan::ActionSpec& spec = lowered.action("p.x");
  REQUIRE(spec.inputs.size() == 2);
  CHECK(spec.inputs[0].baseName == "d"); // env.A comes before env.B
  CHECK(spec.inputs[0].type == plan::ArtifactType::Dir);
  CHECK(spec.inputs[1].baseName == "a.txt");
  REQUIRE(spec.environment.size() == 2);
  CHECK(spec.environment[0].name == "A");
  CHECK(plan::argText(spec.environment[0].value) == "x${in:1}");
  CHECK(plan::argText(spec.environment[1].value) == "${in:2}");
  CHECK(lowered.argv("p.x") == Strings{"cp", "${in:2}", "${in:1}", "${in:2}", "${out:1}"});
  CHECK(spec.outputs[0].fileName == "out");
}

TEST_CASE("an argument vector is flattened; an empty text is an argument") {
  Lowered lowered(R"(
fn flags(on: Bool) -> List<String> = if on { ["-g", ""] } else { [] }
build b(on: Bool) -> File { run ["cc", flags(on), [["-x"], [for i in 0..2 => "-D${i}"]], out] }
pipeline p() { let x = b(true)
               let y = b(false) }
)");
  CHECK(lowered.argv("p.x") == Strings{"cc", "-g", "", "-x", "-D0", "-D1", "${out:1}"});
  CHECK(lowered.argv("p.y") == Strings{"cc", "-x", "-D0", "-D1", "${out:1}"});
}

TEST_CASE("a script has its values in variables, by where the holes stand") {
  Lowered lowered(R"(
build b(s: String, xs: List<String>, none_of: List<String>) -> File {
  run sh"""
    echo ${s} "in ${s}" 'single ${s}' pre${s} > ${out}
    for x in ${xs}; do echo "$x"; done
    true ${none_of} end
    """
}
pipeline p() { let x = b("it's", xs = ["a", "b"], none_of = []) }
)");
  const auto& script = std::get<plan::Script>(lowered.action("p.x").run.at(0).what);
  CHECK(script.body == "echo \"${__1}\" \"in ${__1}\" 'single '\"${__1}\"'' pre\"${__1}\" > "
                       "\"${__2}\"\nfor x in \"${__3}\" \"${__4}\"; do echo \"$x\"; done\n"
                       "true  end");
  REQUIRE(script.values.size() == 4);
  CHECK(plan::argText(script.values[0]) == "it's");
  CHECK(plan::argText(script.values[1]) == "${out:1}");
  CHECK(plan::argText(script.values[3]) == "b");
}

TEST_CASE("a Command is spliced, and Args keep their artifacts through functions") {
  Lowered lowered(R"(
fn put(what: Dir, to_path: Arg) -> Command = sh"cp -R ${what} ${to_path}"
fn flag(f: File) -> Arg = "--file=${f}"
build b(d: Dir, f: File) -> Dir { run sh"mkdir x && ${put(d, to_path = out)} ${flag(f) + "!"}" }
pipeline p() { let x = b(dir("d"), f = file("f.txt")) }
)",
                  {"d/x", "f.txt"});
  const plan::ActionSpec& spec = lowered.action("p.x");
  CHECK(plan::render(spec.run[0], spec) == "mkdir x && cp -R /i/1/d /o/out '--file=/i/2/f.txt!'");
}

TEST_CASE("work and image have a role, and are inputs by mention alone") {
  Lowered lowered(R"(
source img() -> Image { run ["pull", out] }
build b(d: Dir) -> Dir { image = img()
                         work = tree([".": d, "sub/x": file("f.txt")])
                         run ["make", out] }
pipeline p() { let x = b(dir("d")) }
)",
                  {"d/x", "f.txt"});
  const plan::ActionSpec& spec = lowered.action("p.x");
  CHECK(spec.inputs.empty());
  REQUIRE(spec.work);
  REQUIRE(spec.image);
  CHECK(lowered.plan.nodes[spec.image->node].label == "p.x/img");
  const plan::Node& tree = lowered.plan.nodes[spec.work->node];
  CHECK(tree.label == "p.x/tree");
  const auto& composed = std::get<plan::ComposedTree>(tree.tree());
  REQUIRE(composed.entries.size() == 2);
  CHECK(composed.entries[0].path == ".");
  CHECK(composed.entries[1].path == "sub/x");
}

TEST_CASE("settings") {
  Lowered lowered(R"(
source s(token: Secret) -> Dir {
  platform     = Platform.linux_arm64
  timeout      = 90s
  cpu          = 2
  memory       = 1GiB
  disk         = 10MB
  retries      = 3
  shell        = ["bash", "-c"]
  paths        = ["/srv/git"]
  secrets      = ["TOKEN": token, "A": secret("other/one")]
  secret_files = ["key.pem": token]
  nested_namespaces = true
  resolve sh"date"
  run sh"fetch ${id} > ${out}"
}
pipeline p() { let x = s(secret("npm/read")) }
)");
  const plan::ActionSpec& spec = lowered.action("p.x");
  CHECK(spec.platform == std::optional<std::string>("linux_arm64"));
  CHECK(spec.timeout == std::chrono::seconds(90));
  CHECK(spec.cpus == 2);
  CHECK(spec.memory == uint64_t(1) << 30);
  CHECK(spec.disk == 10'000'000u);
  CHECK(spec.retries == 3);
  CHECK(spec.shell == Strings{"bash", "-c"});
  CHECK(spec.paths == Strings{"/srv/git"});
  REQUIRE(spec.secrets.size() == 2);
  CHECK(spec.secrets[0].name == "A");
  CHECK(spec.secrets[1].secret == "npm/read");
  CHECK(spec.secretFiles[0].name == "key.pem");
  CHECK(spec.nestedNamespaces);
  CHECK(spec.resolve);
  const auto& script = std::get<plan::Script>(spec.run[0].what);
  CHECK(script.values[0][0].kind == HoleKind::Identity);
}

static std::string problem(const std::string& items, const std::string& names = "f.txt") {
  Lowered lowered("build b(f: File) -> File { " + items + " run [\"cp\", f, out] }\n" +
                      "pipeline p() { let x = b(file(\"f.txt\")) }",
                  {names});
  CHECK_FALSE(lowered.succeeded);
  REQUIRE(lowered.allText().size() == 1);
  return lowered.allText()[0];
}

TEST_CASE("settings that no action can have") {
  CHECK(problem("timeout = 1s - 1s") == "E0401: `timeout` wants a time longer than 0s");
  CHECK(problem("cpu = 0") == "E0401: `cpu` wants at least 1");
  CHECK(problem("memory = 0B") == "E0401: `memory` wants more than 0B");
  CHECK(problem("env = [\"A=B\": \"x\"]") ==
        "E0401: `env` wants names of variables, `A=B` is none");
  CHECK(problem("shell = [for x in [\"a\"] if false => x]") ==
        "E0401: `shell` wants a program and its options, this is empty");
  CHECK(problem("out = \"../x\"") == "E0705: \"../x\" cannot be the name of an output");
  CHECK(problem("out = \"/x\"") == "E0705: \"/x\" cannot be the name of an output");
}

TEST_CASE("several outputs are a record, and may not lie in each other") {
  std::string two =
      "build b(n: String) -> (obj: File, map: File) { out obj = n\n out map = \"x.m\"\n"
      "  run [\"cc\", obj, map] }\n";
  Lowered lowered(two + "build use(f: File) -> File { run [\"cp\", f, out] }\n"
                        "pipeline p() { let r = b(\"x.o\")\n let u = use(r.map) }");
  CHECK(lowered.argv("p.r") == Strings{"cc", "${out:1}", "${out:2}"});
  const plan::Input& input = lowered.action("p.u").inputs.at(0);
  CHECK(input.artifact == plan::ArtifactRef{lowered.id("p.r"), 1});
  CHECK(input.baseName == "x.m");
  CHECK(lowered.binding("p.r.map").artifact == input.artifact);

  auto message = [&](const std::string& name) {
    Lowered failed(two + "pipeline p() { let r = b(\"" + name + "\") }");
    CHECK_FALSE(failed.succeeded);
    return failed.allText().at(0);
  };
  CHECK(message("x.m") == "E0709: `b` makes two outputs named \"x.m\"");
  CHECK(message("x.m/o") == "E0709: `b` makes one output inside another: \"x.m/o\" and \"x.m\"");
}

TEST_CASE("the text of a file and its name") {
  Lowered lowered(R"(
build b(f: File) -> File { out = "${f.stem}.${f.ext}.out"
                           run ["echo", f.text(), f.name, f.path, out] }
pipeline p() { let x = b(file("src/main.tar.gz"))
               let y = b(text("Makefile", "all:")) }
)",
                  {"src/main.tar.gz"});
  CHECK(lowered.argv("p.x") ==
        Strings{"echo", "${text:1}", "main.tar.gz", "src/main.tar.gz", "${out:1}"});
  CHECK(lowered.action("p.x").outputs[0].fileName == "main.tar.gz.out");
  CHECK(lowered.action("p.y").outputs[0].fileName == "Makefile..out");
  const plan::Node& text = lowered.plan.nodes[lowered.action("p.y").inputs[0].artifact.node];
  CHECK(std::get<plan::TextFile>(text.tree()).content == "all:");
}

TEST_CASE("a pool input is marked, unless it is mentioned otherwise, too") {
  Lowered lowered(R"(
build b(src: File, pool headers: List<Dir>) -> File {
  depfile = "x.d"
  run ["cc", [for h in headers => "-I${h}"], "-I${headers[0].sub("inner")}", src, "-o", out]
}
build c(src: Dir, pool also: Dir) -> File { depfile = "x.d"
                                            run ["cc", src, also, out] }
pipeline p() { let x = b(file("a.c"), headers = [dir("h")])
               let y = c(dir("h"), also = dir("h")) }
)",
                  {"a.c", "h/inner/x.h"});
  const plan::ActionSpec& spec = lowered.action("p.x");
  REQUIRE(spec.inputs.size() == 3);
  CHECK(spec.inputs[0].pool);
  CHECK(spec.inputs[1].pool); // part of a pool
  CHECK_FALSE(spec.inputs[2].pool);
  CHECK(spec.depfile == std::optional<std::string>("x.d"));
  CHECK_FALSE(lowered.action("p.y").inputs.at(0).pool);
}

TEST_CASE("trees") {
  auto message = [](const std::string& entries) {
    Lowered lowered("build b(d: Dir) -> Dir { work = d\n run [\"make\", out] }\n"
                    "pipeline p() { let x = b(tree([" +
                        entries + "])) }",
                    {"f.txt", "d/x"});
    CHECK_FALSE(lowered.succeeded);
    return lowered.allText().at(0);
  };
  CHECK(message(R"("a": dir("d"), "./a": dir("d"))") ==
        "E0704: two entries for \"a\" in this tree");
  CHECK(message(R"(".": file("f.txt"))") ==
        "E0401: the root of a tree wants a Dir, this is a File");
  CHECK(message(R"("a": file("f.txt"), "a/b": dir("d"))") ==
        "E0704: `a` is a file in this tree, so there cannot be `a/b`");
  CHECK(message(R"("../a": dir("d"))") == "E0705: \"../a\" leaves the tree");
}

TEST_CASE("equal calls are one node, whatever their arguments are called or in whatever order") {
  Lowered lowered(R"(
let lib = dir("d")
build b(d: Dir, n: Int = 1) -> Dir { run ["make", d, "${n}", out] }
pipeline p() { let x = b(lib)
               let y = b(n = 1, d = dir("d"))
               let z = b(lib, n = 2)
               let t = tree(["a": lib, "b": x])
               let u = tree(["b": y, "a": lib]) }
)",
                  {"d/x"});
  CHECK(lowered.binding("p.x").artifact == lowered.binding("p.y").artifact);
  CHECK(lowered.binding("p.x").artifact != lowered.binding("p.z").artifact);
  CHECK(lowered.binding("p.t").artifact == lowered.binding("p.u").artifact);
  CHECK(lowered.node("p.x").aliases == Strings{"p.y"});
}

TEST_CASE("a body's own names mean nothing in another body") {
  Lowered lowered(R"(
build inner(a: Arg) -> File { run ["cp", a, out] }
build outer(f: File) -> File { run ["cat", inner(out), f] }
pipeline p() { let x = outer(file("f.txt")) }
)",
                  {"f.txt"});
  CHECK_FALSE(lowered.succeeded);
  CHECK(lowered.allText().back() == "E0211: this text mentions a body name of another action");
}

TEST_CASE("an image that is `none` is no image") {
  Lowered lowered(R"(
source pull() -> Image { run sh"pull > ${out}" }
build b(tools: Image? = none) -> File {
  image = tools
  run sh"cc > ${out}"
}
pipeline p() { let x = b()
               let y = b(pull()) }
)");
  CHECK(!lowered.action("p.x").image);
  CHECK(lowered.action("p.y").image);
}
