// Explaining undeclared reads from what a step printed.
#include "runtime/exec/undeclared.h"

#include <catch2/catch.hpp>

#include <set>

using namespace pipec;

namespace {

/// A file system of names alone.
class NamesOnly final : public base::FileSystem {
public:
  std::set<std::string> files;

  llvm::Expected<std::string> read(llvm::StringRef) override { return std::string(); }
  llvm::Expected<std::optional<base::FileStatus>> status(llvm::StringRef path, bool) override {
    if (!files.count(path.str()))
      return std::nullopt;
    base::FileStatus status;
    status.kind = base::FileKind::Regular;
    return status;
  }
  llvm::Expected<std::vector<base::DirectoryEntry>> list(llvm::StringRef) override {
    return std::vector<base::DirectoryEntry>();
  }
  llvm::Expected<std::string> readLink(llvm::StringRef) override { return std::string(); }
};

plan::Plan planWithOneStep() {
  plan::Plan plan;
  plan::Node input;
  input.what = plan::TreeSpec(plan::RepositoryPath{"src/declared.txt"});
  input.types = {plan::ArtifactType::File};
  plan::NodeId file = plan.nodes.push(input);
  plan::Node step;
  plan::ActionSpec spec;
  spec.inputs.push_back({{file, 0}, plan::ArtifactType::File, "declared.txt", false});
  step.what = spec;
  step.label = "p.step";
  step.definition = "step";
  step.location = {"ci/p.pipe", 3, 1};
  plan.nodes.push(step);
  plan::Node other;
  plan::ActionSpec maker;
  maker.outputs.push_back({"out", "made.txt", plan::ArtifactType::File});
  other.what = maker;
  other.label = "p.other";
  plan.nodes.push(other);
  return plan;
}

} // namespace

TEST_CASE("undeclared reads are found in what a step printed") {
  plan::Plan plan = planWithOneStep();
  NamesOnly files;
  files.files = {"/repo/src/declared.txt", "/repo/src/hidden.txt", "/repo/ci/near.txt"};
  auto explain = [&](llvm::StringRef output) {
    return exec::explainUndeclaredRead(plan, plan::NodeId{1}, output, "/repo", files);
  };
  SECTION("by a relative path, in quotes, with punctuation") {
    auto text = explain("cat: 'src/hidden.txt': No such file or directory\n");
    REQUIRE(text);
    CHECK_THAT(text->clause, Catch::Contains("`src/hidden.txt`") && Catch::Contains("`step`"));
  }
  SECTION("by an absolute path") {
    CHECK(explain("open /repo/src/hidden.txt: ENOENT"));
  }
  SECTION("relative to the module") {
    auto text = explain("near.txt: not found");
    REQUIRE(text);
    CHECK_THAT(text->clause, Catch::Contains("`ci/near.txt`"));
  }
  SECTION("beside an input, if the line says that it is not there") {
    files.files.insert("/repo/src/config.h");
    CHECK_FALSE(explain("warning: config.h\nbut: No such file or directory\n"));
    auto text = explain("main.c:1:10: fatal error: config.h: No such file or directory\n");
    REQUIRE(text);
    CHECK_THAT(text->clause,
               Catch::Contains("`src/config.h`") && Catch::Contains("`file(\"../src/config.h\")`"));
  }
  SECTION("another step's output") {
    auto text = explain("cat: ../o/made.txt: No such file or directory");
    REQUIRE(text);
    CHECK_THAT(text->clause, Catch::Contains("`p.other`"));
  }
  SECTION("not what is declared, absent, or outside") {
    CHECK_FALSE(
        explain("src/declared.txt: bad content, nowhere.txt, ../../etc/passwd, /etc/hosts"));
    CHECK_FALSE(explain(""));
  }
}
