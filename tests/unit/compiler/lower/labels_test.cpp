// What nodes are called, and what names stand for.
#include "lowered.h"

using namespace pipec;
using namespace pipec::lower;

static const char* const Actions = R"(
build b(d: Dir, n: Int = 0) -> Dir { run ["make", d, "${n}", out] }
test t(subject d: Dir, n: Int = 0) proves Tested { run ["check", d, "${n}"] }
test report_of(d: Dir) { run ["check", d] }
type Pair2 { one: Dir, other: Dir }
fn both(d: Dir) -> Pair2 = Pair2(one = b(d, n = 1), other = b(d, n = 2))
)";

TEST_CASE("a node is called after what first evaluates it") {
  Lowered lowered(std::string(Actions) + R"(
let top = b(dir("d"), n = 9)
pipeline p() {
  let x = b(b(dir("d")))
  stage s {
    let r = both(x)
    let again = x
    t(x)
    t(x, n = 1)
  }
}
)",
                  {"d/x"});
  CHECK(lowered.labels() ==
        Strings{"p/top/dir", "p.x/b", "p.x", "p.s.r.one", "p.s.r.other", "p.s.t", "p.s.t#2"});
  CHECK(lowered.node("p.x").aliases == Strings{"p.s.again"});
  CHECK_FALSE(lowered.node("p.x").stage.valid());
  CHECK(lowered.node("p.s.t").stage.index == 0);
}

TEST_CASE("elements of lists and maps, fields of records") {
  Lowered lowered(std::string(Actions) + R"(
enum Size2 { small, large }
pipeline p() {
  let xs = [for i in 1..3 => b(dir("d"), n = i)]
  let ms = [for name in ["web", "cli"] => name: both(b(dir("d"), n = name.len + 10))]
  let es = [Size2.large: b(dir("d"), n = 99)]
}
)",
                  {"d/x"});
  CHECK(lowered.node("p.xs[1]").definition == "b");
  CHECK(lowered.node("p.ms[web].one").definition == "b");
  CHECK(lowered.node("p.es[large]").definition == "b");
  CHECK(lowered.node("p.xs/dir").definition == "dir");
  CHECK(lowered.node("p.ms/b").definition == "b");
  CHECK(lowered.binding("p.xs").nodes.size() == 2);
  CHECK_FALSE(lowered.binding("p.xs").artifact);
  CHECK(lowered.binding("p.xs[0]").artifact);
  CHECK(lowered.binding("p.ms[cli].other").artifact);
}

TEST_CASE("a proof has the name, the artifact is what it is about") {
  Lowered lowered(std::string(Actions) + R"(
pipeline p() {
  let app = b(dir("d"))
  let tested = t(app)
  let all_of = all([for i in 1..3 => t(app, n = i)])
  let report = report_of(app)
}
)",
                  {"d/x"});
  plan::ArtifactRef app = *lowered.binding("p.app").artifact;
  CHECK(lowered.binding("p.tested").artifact == app);
  CHECK(lowered.labelsOf(lowered.binding("p.tested").nodes) == Strings{"p.app", "p.tested"});
  CHECK(lowered.binding("p.all_of").artifact == app);
  CHECK(lowered.labelsOf(lowered.binding("p.all_of").nodes) ==
        Strings{"p.app", "p.all_of/t", "p.all_of/t#2"});
  CHECK(lowered.node("p.app").aliases.empty());
  CHECK(lowered.node("p.report").types ==
        std::vector<plan::ArtifactType>{plan::ArtifactType::TestReport});
}

TEST_CASE("bindings are in textual order, the whole before its parts; text is none") {
  Lowered lowered(std::string(Actions) + R"(
pipeline p() {
  let name = "x"
  let arg = "-I${dir("d")}"
  let xs = [b(dir("d"))]
  let number = 3
}
)",
                  {"d/x"});
  Strings labels;
  for (const plan::Binding& binding : lowered.ok().bindings)
    labels.push_back(binding.label);
  CHECK(labels == Strings{"p.arg", "p.xs", "p.xs[0]"});
  CHECK(lowered.labelsOf(lowered.binding("p.arg").nodes) == Strings{"p.arg/dir"});
}

TEST_CASE("lets keep their names from calls, and top-level lets of two modules from each other") {
  Lowered lowered(std::string(Actions) + R"(
pipeline p() {
  stage s {
    t(dir("d"))
    let found = t(dir("d"), n = 1)
  }
  stage links { t(dir("d"), n = 2) }
  out app = dir("d")
  let app2 = dir("d")
}
)",
                  {"d/x"});
  CHECK(lowered.node("p.s.found").definition == "t");
  CHECK(lowered.node("p.links.t").definition == "t");
  CHECK(lowered.node("p.s.t/dir").definition == "dir");
}

TEST_CASE("nodes that nothing reaches are not in the plan") {
  Lowered lowered(std::string(Actions) + R"(
let unused = b(dir("d"), n = 7)
pipeline p() { let x = b(dir("d")) }
)",
                  {"d/x"});
  CHECK(lowered.labels() == Strings{"p/unused/dir", "p.x"});
}
