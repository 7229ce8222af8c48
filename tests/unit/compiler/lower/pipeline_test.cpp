// Stages, kept outputs, aliases and library pipelines.
#include "lowered.h"

using namespace pipec;
using namespace pipec::lower;

static const char* const Build =
    "build b(d: Dir, n: Int = 0) -> Dir { run [\"make\", d, \"${n}\", out] }\n";

TEST_CASE("a stage whose `when` is false has no nodes, but its outputs stay declared") {
  std::string text = std::string(Build) + R"(
pipeline p(ship: Bool = false) {
  let x = b(dir("d"))
  stage one { let y = b(x) }
  stage two when ship { let z = b(x, n = 2)
                          out site = z }
  out app = x
}
)";
  Lowered skipped(text, {"d/x"});
  CHECK(skipped.labels() == Strings{"p.x/dir", "p.x", "p.one.y"});
  const plan::Plan& plan = skipped.ok();
  REQUIRE(plan.stages.size() == 2);
  CHECK_FALSE(plan.stages[plan::StageId{0}].skipped);
  CHECK(plan.stages[plan::StageId{1}].skipped);
  CHECK(plan.declaredOutputs == Strings{"app", "site"});
  CHECK(plan.keptOutputs.size() == 1);

  Lowered taken(text, {"d/x"}, {{"ship", "true"}});
  CHECK(taken.node("p.two.z").stage == plan::StageId{1});
  CHECK(taken.ok().keptOutputs.size() == 2);
  CHECK(taken.plan.keptOutputs[0].stage == plan::StageId{1});
}

TEST_CASE("kept outputs of lists and maps are folders") {
  Lowered lowered(std::string(Build) + R"(
pipeline p() {
  out xs = [for i in 0..2 => b(dir("d"), n = i)]
  out ms = ["web": dir("d")]
}
)",
                  {"d/x"});
  Strings paths;
  for (const plan::KeptOutput& output : lowered.ok().keptOutputs)
    paths.push_back(output.path);
  CHECK(paths == Strings{"xs/0", "xs/1", "ms/web"});
}

TEST_CASE("a key that is no file name cannot be kept") {
  Lowered lowered(std::string(Build) + "pipeline p() { out ms = [\"a/b\": dir(\"d\")] }", {"d/x"});
  CHECK_FALSE(lowered.succeeded);
  CHECK(lowered.allText().back() == "E0705: \"a/b\" cannot be the name of a kept file");
}

TEST_CASE("a pipeline that is another's name keeps its own") {
  Lowered lowered(std::string(Build) + R"(
pipeline inner(n: Int) { stage s { let x = b(dir("d"), n = n) } }
pipeline p(m: Int = 3) = inner(n = m + 1)
)",
                  {"d/x"}, {{"m", "4"}});
  CHECK(lowered.argv("p.s.x") == Strings{"make", "${in:1}", "5", "${out:1}"});
  CHECK(lowered.ok().pipeline == "p");
}

TEST_CASE("the files of a folder of the repository are known at once") {
  std::string gen = std::string(Build) + R"(
build use(f: File) -> File { run ["cp", f, out] }
)";
  Lowered known(gen + R"(
pipeline p() { let xs = [for f in dir("d").files("**/*.c") => use(f)] }
)",
                {"d/a.c", "d/s/b.c", "d/x.h"});
  CHECK(known.argv("p.xs[1]") == Strings{"cp", "${in:1}", "${out:1}"});
  CHECK(known.action("p.xs[1]").inputs[0].baseName == "b.c");
}

TEST_CASE("the library is a module like any other") {
  Lowered lowered(R"(
use std.git
use std.node
pipeline p(branch: String = "main") {
  stage source { let src = git.checkout("https://github.com/acme/website.git", ref = branch) }
  stage build {
    let deps = node.packages(src)
    let app = node.run_script(src, deps = deps)
  }
}
)");
  const plan::ActionSpec& src = lowered.action("p.source.src");
  CHECK(src.kind == plan::ActionKind::Source);
  CHECK(src.resolve);
  CHECK(src.retries == 2);
  // Nodes made in the library are shown where the program calls it.
  CHECK(lowered.node("p.build.deps").location.file == "p.pipe");
  CHECK(lowered.action("p.build.app").work);
}

TEST_CASE("dependencies come before their users") {
  Lowered lowered(std::string(Build) + R"(
test t(subject d: Dir) proves Tested { run ["t", d] }
build pack(d: Dir with Tested) -> Dir { work = tree([".": d, "x": b(d, n = 5)])
                                        run ["pack", out] }
pipeline p() { let x = pack(t(b(dir("d")))) }
)",
                  {"d/x"});
  const plan::Plan& plan = lowered.ok();
  for (size_t i = 0; i < plan.nodes.size(); ++i)
    for (plan::NodeId needed : plan::dependencies(plan.nodes[plan.nodes.idAt(i)]))
      CHECK(needed.index < i);
}
