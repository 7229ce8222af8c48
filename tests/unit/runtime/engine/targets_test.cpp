// Taking targets apart, and which files they are about.
#include "runtime/engine/targets.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using engine::parseTarget;
using engine::Target;
using test::failureOf;
using test::get;

TEST_CASE("a target is taken apart") {
  Target plain = parseTarget("site.prod.live");
  CHECK(plain.file.empty());
  CHECK(plain.label == "site.prod.live");
  CHECK(plain.pipeline() == "site");

  CHECK(parseTarget("site[3]").pipeline() == "site");
  CHECK(parseTarget("site/tool").pipeline() == "site");

  Target inFile = parseTarget("ci/site.pipe:site.app");
  CHECK(inFile.file == "ci/site.pipe");
  CHECK(inFile.label == "site.app");

  Target wholeFile = parseTarget("ci/site.pipe");
  CHECK(wholeFile.file == "ci/site.pipe");
  CHECK(wholeFile.label.empty());
  CHECK(parseTarget("site.pipe:").file == "site.pipe");

  CHECK(parseTarget("ci/...").folder == "ci");
  CHECK(parseTarget("...").folder == ".");
  CHECK(parseTarget("/...").folder == "/");
}

namespace {

/// A workspace with some files, as if the current folder was `current`.
struct Files {
  explicit Files(std::string current = "") {
    for (const char* path : {"b.pipe", "a.pipe", "ci/c.pipe", "ci/deep/d.pipe", "ci/.git/e.pipe",
                             ".pipec/f.pipe", "ci/readme.md"})
      test::writeFile(folder / path, "");
    test::check(base::makeDirectories(folder / "folder.pipe"));
    workspace.root = folder.path;
    workspace.current = std::move(current);
  }
  std::vector<std::string> of(std::vector<std::string> words) {
    return get(engine::pipeFilesOf(workspace, parsed(words)));
  }
  std::string failure(std::vector<std::string> words) {
    return failureOf(engine::pipeFilesOf(workspace, parsed(words)));
  }
  static std::vector<Target> parsed(const std::vector<std::string>& words) {
    std::vector<Target> targets;
    for (const std::string& word : words)
      targets.push_back(parseTarget(word));
    return targets;
  }

  test::TemporaryFolder folder;
  workspace::Workspace workspace;
};
using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("without a file, the current folder's are meant") {
  CHECK(Files().of({}) == Paths{"a.pipe", "b.pipe"});
  CHECK(Files().of({"site.app"}) == Paths{"a.pipe", "b.pipe"});
  CHECK(Files("ci").of({}) == Paths{"ci/c.pipe"});
}

TEST_CASE("files and folders are relative to the current folder") {
  CHECK(Files("ci").of({"c.pipe:x", "../a.pipe"}) == Paths{"a.pipe", "ci/c.pipe"});
  CHECK(Files().of({"ci/..."}) == Paths{"ci/c.pipe", "ci/deep/d.pipe"});
  CHECK(Files().of({"..."}) == Paths{"a.pipe", "b.pipe", "ci/c.pipe", "ci/deep/d.pipe"});
}

TEST_CASE("what is not there is named") {
  CHECK(Files().failure({"bb.pipe:x"}) == "there is no file `bb.pipe`; did you mean `b.pipe`?");
  CHECK(Files().failure({"nowhere/..."}) == "there is no folder `nowhere`");
  CHECK(Files().failure({"folder.pipe"}) == "`folder.pipe` is not a file");
  CHECK(Files().failure({"../x.pipe"}).find("is outside the workspace") != std::string::npos);
  CHECK(Files("ci/deep/none").failure({"folder.pipe/..."}).find("no folder") != std::string::npos);
}
