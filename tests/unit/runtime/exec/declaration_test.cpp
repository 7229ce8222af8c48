// The edits that declare what a step lacks.
#include "runtime/exec/declaration.h"
#include "runtime/exec/repository_place.h"
#include "runtime/exec/undeclared_writes.h"

#include <catch2/catch.hpp>

#include <map>

using namespace pipec;

namespace {

/// Files in memory.
class Texts final : public base::FileSystem {
public:
  std::map<std::string, std::string> files;

  llvm::Expected<std::string> read(llvm::StringRef path) override {
    auto found = files.find(path.str());
    if (found == files.end())
      return llvm::createStringError("there is no such file");
    return found->second;
  }
  llvm::Expected<std::optional<base::FileStatus>> status(llvm::StringRef, bool) override {
    return std::nullopt;
  }
  llvm::Expected<std::vector<base::DirectoryEntry>> list(llvm::StringRef) override {
    return std::vector<base::DirectoryEntry>();
  }
  llvm::Expected<std::string> readLink(llvm::StringRef) override { return std::string(); }
};

/// A step `show` of `p.pipe` with one script, whose places are given by their lines.
plan::Node stepAt(uint32_t call, uint32_t command, const std::string& body) {
  plan::Node step;
  plan::ActionSpec spec;
  spec.run.push_back({plan::Script{{}, body}, {"p.pipe", command, 3}});
  step.what = spec;
  step.definition = "show";
  step.location = {"p.pipe", call, 1};
  return step;
}

using Edits = std::vector<std::string>;

} // namespace

TEST_CASE("parameters get names that are free") {
  CHECK(exec::parameterName("src/Secret-notes..v2.txt", "") == "secret_notes_v2");
  CHECK(exec::parameterName("3.txt", "") == "file_3");
  CHECK(exec::parameterName("?", "") == "file_");
  CHECK(exec::parameterName("match.c", "") == "match_file");
  CHECK(exec::parameterName("src.c", "(src: File") == "src_file");
  CHECK(exec::parameterName("src.c", "(srcs: File, my_src: File") == "src");
}

TEST_CASE("a path is written relative to the module of the call") {
  plan::Node step;
  step.location.file = "ci/deep/p.pipe";
  CHECK(exec::repositoryExpression(step, "a.txt") == "file(\"../../a.txt\")");
  CHECK(exec::repositoryExpression(step, "ci/a.txt") == "file(\"../a.txt\")");
  CHECK(exec::repositoryExpression(step, "ci/deep/x/a.txt") == "file(\"x/a.txt\")");
  CHECK(exec::repositoryExpression(step, "ci/deep") == "file(\"../deep\")");
  step.location.file = "p.pipe";
  CHECK(exec::repositoryExpression(step, "x", "dir") == "dir(\"x\")");
}

TEST_CASE("edits are found in texts that look like what they are not") {
  Texts files;
  exec::MissingInput missing{"b.txt", "file(\"b.txt\")", "File"};
  auto edits = [&](const std::string& text, uint32_t call, uint32_t command) {
    files.files["/repo/p.pipe"] = text;
    return exec::howToDeclareInput(stepAt(call, command, "cat b.txt"), missing, "/repo", files);
  };
  CHECK(edits("build show() -> File { run sh\"cat b.txt > ${out}\" }\nlet x = show()\n", 2, 1) ==
        Edits{"p.pipe:1: `show(b: File)`", "p.pipe:2: `show(b = file(\"b.txt\"))`",
              "p.pipe:1: `${b}` where it says `b.txt`"});
  // In strings, comments and other names, and with a comma at the end.
  CHECK(
      edits("// build show(no: File)\n"
            "build reshow(no: File) -> File {}\n"
            "build show(\n"
            "  a: String = \"${f(\")\")}, ) \\\" (\", // )\n"
            "  c: List<Int> = [(1), 2],\n"
            ") -> File {\n"
            "  run sh\"cat b.txt\"\n"
            "}\n"
            "let x = show_all(reshow(1), show(a = \")\"))\n",
            9, 7) ==
      Edits{"p.pipe:3: `show(a: String = \"${f(\")\")}, ) \\\" (\", // ) c: List<Int> = [(1), 2], "
            "b: File)`",
            "p.pipe:9: `show(a = \")\", b = file(\"b.txt\"))`",
            "p.pipe:7: `${b}` where it says `b.txt`"});
  // What is not there, or is not closed, gets no edits.
  CHECK(edits("build show() -> File {\n", 1, 1).size() == 3);
  CHECK(edits("build show(\n", 1, 1).empty());
  CHECK(edits("", 7, 9).empty());
  CHECK(exec::howToDeclareInput(stepAt(1, 1, "x"), missing, "/elsewhere", files).empty());
}

TEST_CASE("refused writes are found in what a step printed") {
  auto found = [](llvm::StringRef output) {
    return exec::explainRefusedWrite(output, "/home/me/repo").value_or("");
  };
  CHECK_THAT(found("ok\ntouch: cannot touch '/usr/x': Read-only file system\n"),
             Catch::Contains("write `/usr/x`"));
  CHECK_THAT(found("OSError: [Errno 30] Read-only file system: '/usr/a b'"),
             Catch::Contains("write `/usr/a b`"));
  CHECK_THAT(found("Error: EROFS: read-only file system, open '/i/1/x'"),
             Catch::Contains("write `/i/1/x`"));
  CHECK_THAT(found("open /i/1/x: read-only file system"), Catch::Contains("`/i/1/x`"));
  CHECK_THAT(found("mkdir: cannot create directory ‘/home/me/repo/gen’: No such file or directory"),
             Catch::Contains("`/home/me/repo/gen`"));
  CHECK_THAT(found("sh: 1: cannot create /usr/bin/x: Permission denied"),
             Catch::Contains("`/usr/bin/x`"));
  CHECK(found("sh: 1: /i/1/tool.sh: Permission denied") == "");
  CHECK(found("cat: /home/me/repository: No such file or directory") == "");
  CHECK(found("cat: x: No such file or directory\nPermission denied\nRead-only file system") == "");
}

TEST_CASE("places in the repository of what a step asks for") {
  plan::Plan plan;
  auto tree = [&](plan::TreeSpec what) {
    plan::Node node;
    node.what = std::move(what);
    node.types = {plan::ArtifactType::Dir};
    return plan::ArtifactRef{plan.nodes.push(node), 0};
  };
  plan::ArtifactRef source = tree(plan::RepositoryPath{"lib/src"});
  plan::ArtifactRef selection = tree(plan::TreeSelection{source, {"*.c"}});
  plan::ArtifactRef part = tree(plan::TreePart{source, "deep"});
  plan::ArtifactRef composed =
      tree(plan::ComposedTree{{{".", part}, {"inner", selection}, {"inner/more", source}}});
  plan::ActionSpec spec;
  spec.inputs = {{tree(plan::RepositoryPath{"lib/a.c"}), plan::ArtifactType::File, "a.c", false},
                 {selection, plan::ArtifactType::Dir, "src", false}};
  spec.work = composed;
  plan::Node step;
  step.what = spec;
  step.location.file = "ci/p.pipe";
  auto places = [&](llvm::StringRef path) {
    return exec::repositoryPlaces(plan, step, path, "/repo", /*besideInputs=*/true);
  };
  using Paths = std::vector<std::string>;
  CHECK(places("/i/1/a.c") == Paths{"lib/a.c"});
  CHECK(places("/i/1/b.h") == Paths{"lib/b.h"});
  CHECK(places("/i/1/../b.h") == Paths{"b.h"});
  CHECK(places("/i/2/src/x/b.h") == Paths{"lib/src/x/b.h"});
  CHECK(places("/i/3/x").empty());
  CHECK(places("/w/inner/b.h") == Paths{"lib/src/b.h", "inner/b.h", "ci/inner/b.h"});
  CHECK(places("/w/inner/more/b.h").front() == "lib/src/b.h");
  CHECK(places("/w/b.h").front() == "lib/src/deep/b.h");
  CHECK(places("/repo/x/../y") == Paths{"y"});
  CHECK(places("/usr/x").empty());
  CHECK(places("b.h") == Paths{"b.h", "ci/b.h", "lib/b.h"});
  CHECK(places("../../x").empty());
  CHECK(places("/w/.git/config") == Paths{"lib/src/deep/.git/config", "ci/.git/config"});
}
