// Lists of run-time length: what a plan has of them before they are known, and what expanding adds.
#include "lowered.h"

#include "compiler/plan/select_target.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace pipec;
using namespace pipec::lower;

namespace {

constexpr llvm::StringLiteral Program = R"(
build generate() -> Dir { run ["generate", out] }
build compile(src: File) -> File {
  assert src.stem != "bad", "no way to compile ${src.name}"
  out = "${src.stem}.o"
  run ["cc", src, out]
}
build link(objects: List<File>) -> File {
  out = "lib.a"
  run ["ar", out, "${objects.len}", objects]
}
test check(subject all_of: Dir, part: File) proves Tested { run ["check", all_of, part] }
pipeline p() {
  let gen     = generate()
  let files   = gen.files("*.c")
  let objects = [for f in files if f.stem != "skip" => compile(f)]
  let again   = [for f in files if f.stem == "a" => compile(f)]
  let lib     = link(objects + [compile(file("hand.c"))])
  let tested  = all([for f in files => check(gen, part = f)])
}
)";

struct Expanded : Lowered {
  explicit Expanded(const std::string& text = Program.str()) : Lowered(text, {"hand.c"}) {
    REQUIRE(ok().nodes.size() > 0);
    REQUIRE(expander);
  }

  /// Expands every expansion that is in the plan, all directories having `paths`; the failures.
  Strings expand(const Strings& paths) {
    Strings failures;
    for (size_t i = 0; i < plan.nodes.size(); ++i) {
      plan::NodeId id = plan.nodes.idAt(i);
      if (!plan.nodes[id].expansion() && !plan.nodes[id].deferred)
        continue;
      bool hasDirectory = plan.nodes[id].expansion() && plan.nodes[id].expansion()->of;
      auto growth = expander->expand(plan, id, hasDirectory ? paths : Strings());
      REQUIRE(bool(growth));
      if (growth->failure)
        failures.push_back(plan.nodes[id].label + ": " + growth->failure->code + ": " +
                           growth->failure->message);
    }
    return failures;
  }
  bool has(llvm::StringRef label) const { return llvm::is_contained(labels(), label); }
};

} // namespace

TEST_CASE("before it is known, a list is an expansion, and what takes it is deferred") {
  Expanded lowered;
  const plan::Node& files = lowered.node("p.files");
  REQUIRE(files.expansion());
  CHECK(files.expansion()->patterns == Strings{"*.c"});
  CHECK(lowered.labelsOf(plan::dependencies(files)) == Strings{"p.gen"});
  const plan::Node& objects = lowered.node("p.objects");
  REQUIRE(objects.expansion());
  CHECK_FALSE(objects.expansion()->of);
  CHECK(lowered.labelsOf(plan::dependencies(objects)) == Strings{"p.files"});
  const plan::Node& lib = lowered.node("p.lib");
  CHECK(lib.deferred);
  CHECK(lib.action().outputs.front().fileName == "lib.a");
  CHECK(lib.action().run.empty());
  CHECK(lowered.labelsOf(plan::dependencies(lib)) == Strings{"p.objects", "p.lib/compile"});
  CHECK(lowered.node("p.tested/all").deferred);
}

TEST_CASE("expanding adds a node for each element and completes what takes the list") {
  Expanded lowered;
  size_t before = lowered.plan.nodes.size();
  CHECK(lowered.expand({"a.c", "b.c", "skip.c"}).empty());
  CHECK(lowered.has("p.objects[a.c]"));
  CHECK(lowered.has("p.objects[b.c]"));
  CHECK_FALSE(lowered.has("p.objects[skip.c]"));
  // Equal calls are one node, whatever list they are in.
  CHECK(lowered.node("p.objects[a.c]").aliases == Strings{"p.again[a.c]"});
  CHECK_FALSE(lowered.node("p.lib").deferred);
  CHECK(lowered.argv("p.lib") == Strings{"ar", "${out:1}", "3", "${in:1}", "${in:2}", "${in:3}"});
  const std::vector<plan::Input>& inputs = lowered.action("p.lib").inputs;
  CHECK(lowered.plan.nodes[inputs[0].artifact.node].label == "p.objects[a.c]");
  CHECK(lowered.plan.nodes[inputs[2].artifact.node].label == "p.lib/compile");
  Strings proofs = lowered.labelsOf(lowered.node("p.tested/all").waits);
  for (const char* test : {"p.tested/for[a.c]", "p.tested/for[b.c]", "p.tested/for[skip.c]"})
    CHECK(llvm::is_contained(proofs, test));
  // Among the new nodes, dependencies come first.
  for (size_t i = before; i < lowered.plan.nodes.size(); ++i)
    for (plan::NodeId needed : plan::dependencies(lowered.plan.nodes[lowered.plan.nodes.idAt(i)]))
      CHECK(needed.index < i);
}

TEST_CASE("an empty list completes what takes it, and proves nothing") {
  Expanded lowered;
  CHECK(lowered.expand({}) ==
        Strings{"p.tested/all: R1012: `all` has nothing to merge: no file matches"});
  CHECK(lowered.argv("p.lib") == Strings{"ar", "${out:1}", "1", "${in:1}"});
}

TEST_CASE("what fails for an element fails its loop, and what waits for that stays deferred") {
  Expanded lowered;
  CHECK(lowered.expand({"a.c", "bad.c"}) ==
        Strings{"p.objects: E0701: no way to compile bad.c; called from here: p.pipe:16:56"});
  CHECK(lowered.node("p.lib").deferred);
  CHECK(lowered.messages.errorCount() == 0);
}

TEST_CASE("a target gets the elements that it needs, and no others") {
  Expanded lowered;
  auto narrowed = [&](const char* target) {
    auto selected = plan::selectTarget(lowered.plan, target);
    REQUIRE(bool(selected));
    lowered.plan = std::move(*selected);
    lowered.expand({"a.c", "b.c"});
  };
  SECTION("a loop is built whole") {
    narrowed("p.again");
    CHECK(lowered.has("p.objects[a.c]"));
    CHECK_FALSE(lowered.has("p.objects[b.c]"));
    CHECK_FALSE(lowered.has("p.lib"));
  }
  SECTION("proofs need no objects") {
    narrowed("p.tested");
    CHECK(lowered.has("p.tested/for[a.c]"));
    CHECK_FALSE(lowered.has("p.objects[a.c]"));
  }
}

TEST_CASE("an element cannot be a target of its own") {
  Lowered lowered(Program.str(), {"hand.c"});
  auto selected = plan::selectTarget(lowered.ok(), "p.objects[a.c]");
  REQUIRE_FALSE(bool(selected));
  CHECK(llvm::StringRef(llvm::toString(selected.takeError())).contains("build `p.objects`"));
}

TEST_CASE("what different elements judge is not merged") {
  Expanded lowered(R"(
build generate() -> Dir { run ["generate", out] }
test check(subject what: File, part: File) proves Tested { run ["check", what, part] }
pipeline p() {
  let a = file("hand.c")
  let b = text("b", "b")
  let tested = all([for f in generate().files("*") => check(if f.stem == "b" { b } else { a }, part = f)])
}
)");
  CHECK(lowered.expand({"a.c", "c.c"}).empty());
  Expanded other(lowered.files.read("/w/p.pipe").get());
  CHECK(other.expand({"a.c", "b.c"}) ==
        Strings{"p.tested/all: E0609: `all` merges evidence about one artifact; these are about "
                "different ones (`p.a`, `p.b`)"});
}

TEST_CASE("an element may itself wait for a list") {
  Expanded lowered(R"(
build generate() -> Dir { run ["generate", out] }
build unpack(archive: File) -> Dir { run ["unpack", archive, out] }
build index(files: List<File>) -> File { run ["index", out, files] }
pipeline p() { let indexes = [for f in generate().files("*.tar") => index(unpack(f).files("*.tar"))] }
)");
  CHECK(lowered.expand({"a.tar", "b.tar"}).empty());
  CHECK(lowered.argv("p.indexes[b.tar]") == Strings{"index", "${out:1}", "${in:1}", "${in:2}"});
}

TEST_CASE("what a parameter asks of elements is waited for") {
  Expanded lowered(R"(
build generate() -> Dir { run ["generate", out] }
test check(subject what: File) proves Tested { run ["check", what] }
build link(files: List<File with Tested>) -> File { run ["link", out, files] }
pipeline p() {
  let checked = [for f in generate().files("*.c") => check(f)]
  let lib     = link(checked)
}
)");
  CHECK(lowered.expand({"a.c"}).empty());
  Strings waits;
  for (plan::NodeId wait : lowered.node("p.lib").waits)
    for (plan::NodeId proof : lowered.plan.nodes[wait].waits)
      waits.push_back(lowered.plan.nodes[proof].label);
  CHECK(llvm::is_contained(waits, "p.checked[a.c]"));
}

TEST_CASE("copies of elements get out of each other's way, or fail") {
  const char* text = R"(
build one() -> Dir { run ["one", out] }
build two() -> Dir { run ["two", out] }
pipeline p() {
  let a = one().files("**")
  let b = two().files("**")
  out all = a + b
}
)";
  Expanded lowered(text);
  Strings failures = lowered.expand({"x"});
  REQUIRE(failures.size() == 1);
  CHECK(llvm::StringRef(failures.front()).ends_with("E0704: two things would be kept at `all/x`"));
}

TEST_CASE("a list is known the same to 2,000 elements as to two") {
  Expanded lowered;
  Strings paths;
  for (int i = 0; i < 2000; ++i)
    paths.push_back("f" + std::to_string(i) + ".c");
  std::sort(paths.begin(), paths.end());
  size_t before = lowered.plan.nodes.size();
  CHECK(lowered.expand(paths).empty());
  // A file, an object and a test for each.
  CHECK(lowered.plan.nodes.size() == before + 3 * 2000);
  CHECK(lowered.action("p.lib").inputs.size() == 2001);
}
