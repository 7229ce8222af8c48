// What of a `.pipec` is believed, and what becomes of the rest.
#include "runtime/folder/files.h"
#include "runtime/workspace/git_index.h"
#include "runtime/workspace/known_folders.h"
#include "runtime/workspace/standing.h"
#include "runtime/workspace/state_folder.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <cstdlib>

using namespace pipec;
using namespace pipec::test;
using Kind = workspace::Standing::Kind;

namespace {

struct Place {
  TemporaryFolder temporary;
  std::string root = temporary / "w";
  std::vector<std::string> warnings;

  Place() {
    ::setenv("XDG_STATE_HOME", (temporary / "state").c_str(), 1);
    check(base::makeDirectories(root));
  }
  ~Place() { ::unsetenv("XDG_STATE_HOME"); }
  llvm::Error tryPrepare() {
    return workspace::prepare(root,
                              [&](llvm::StringRef message) { warnings.push_back(message.str()); });
  }
  void prepare() { check(tryPrepare()); }
  std::string at(const std::string& name) const { return root + "/.pipec/" + name; }
  bool is(Kind kind) const { return workspace::look(root).kind == kind; }
};

} // namespace

TEST_CASE_METHOD(Place, "a folder that was made here is believed, a copy of it too") {
  CHECK(is(Kind::Absent));
  prepare();
  CHECK(is(Kind::Own));
  CHECK(readFile(at(".gitignore")) == "*\n");
  CHECK(workspace::isFolderId(readFile(at("id")).substr(0, 32)));
  writeFile(at("history.db"), "rows");
  prepare();
  CHECK(workspace::look(root).unbelieved.empty());
  REQUIRE(std::system(("cp -r " + root + " " + root + "2").c_str()) == 0);
  CHECK((workspace::look(root + "2").kind == Kind::Own));
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Place, "a folder with nothing to believe is taken without a word") {
  check(base::makeDirectories(at("out")));
  writeFile(at("history.db"), "");
  writeFile(at("config.json"), "{}");
  writeFile(at("notes"), "mine");
  CHECK(is(Kind::New));
  prepare();
  CHECK(is(Kind::Own));
  CHECK(warnings.empty());
  CHECK(readFile(at("config.json")) == "{}");
}

TEST_CASE_METHOD(Place, "what was not made here is set aside, and taken back when that is said") {
  std::string name = GENERATE("history.db", "kept.json", "cache/x", "out/x", "history.db-wal");
  writeFile(at(name), "theirs");
  writeFile(at("lock"), "");
  CHECK(is(Kind::Foreign));
  prepare();
  CHECK(warnings.size() == 1);
  CHECK(is(Kind::Own));
  CHECK_FALSE(exists(at(name)));
  CHECK(readFile(at("set-aside-1/" + name)) == "theirs");
  writeFile(at(name), "mine");
  auto adopted = get(workspace::adopt(root));
  CHECK(adopted.size() == 2);
  CHECK(readFile(at(name)) == "theirs");
  CHECK(readFile(at("replaced-1/" + name)) == "mine");
  CHECK_FALSE(exists(at("set-aside-1")));
  CHECK(get(workspace::adopt(root)).empty());
  prepare();
  CHECK(warnings.size() == 1);
}

TEST_CASE_METHOD(Place, "a log that belongs to another database goes with it") {
  writeFile(at("history.db"), "theirs");
  prepare();
  writeFile(at("history.db"), "mine");
  writeFile(at("history.db-wal"), "my log");
  get(workspace::adopt(root));
  CHECK(readFile(at("history.db")) == "theirs");
  CHECK_FALSE(exists(at("history.db-wal")));
  CHECK(readFile(at("replaced-1/history.db-wal")) == "my log");
}

TEST_CASE_METHOD(Place, "a deploy state that is not believed is never replaced by an empty one") {
  check(workspace::checkDeployState(root));
  writeFile(at("state.db"), "theirs");
  CHECK(failureOf(workspace::checkDeployState(root)).find("pipec trust") != std::string::npos);
  prepare();
  CHECK(failureOf(workspace::checkDeployState(root)).find("set-aside-1/state.db") !=
        std::string::npos);
  SECTION("adopted") {
    get(workspace::adopt(root));
  }
  SECTION("removed") {
    REQUIRE(::unlink(at("set-aside-1/state.db").c_str()) == 0);
  }
  check(workspace::checkDeployState(root));
}

TEST_CASE_METHOD(Place, "a folder that others may write to is taken only while it says nothing") {
  check(base::makeDirectories(at("")));
  REQUIRE(::chmod(at("").c_str(), 0777) == 0);
  prepare();
  CHECK((statusOf(root + "/.pipec").st_mode & 0777) == 0700);
  REQUIRE(::chmod(at("").c_str(), 0770) == 0);
  CHECK(is(Kind::Refused));
  CHECK(failureOf(tryPrepare()).find("chmod -R go-w") != std::string::npos);
}

TEST_CASE_METHOD(Place, "a link in the place of the folder is refused") {
  check(base::makeDirectories(temporary / "elsewhere"));
  REQUIRE(::symlink("../elsewhere", (root + "/.pipec").c_str()) == 0);
  CHECK(is(Kind::Refused));
  CHECK(failureOf(tryPrepare()).find("is a symbolic link") != std::string::npos);
  CHECK(get(folder::list(temporary / "elsewhere")).empty());
}

TEST_CASE("entries of known folders are read as they were written") {
  workspace::KnownFolder known{"/a\nb", "1.2.3"};
  auto again = workspace::decodeKnownFolder(workspace::encodeKnownFolder(known));
  REQUIRE(again);
  CHECK(again->root == known.root);
  CHECK(again->gitIndex == known.gitIndex);
  for (const char* text :
       {"", "pipec-workspace 1\n", "pipec-workspace 1\nx", "pipec-workspace 2\n\n/"})
    CHECK_FALSE(workspace::decodeKnownFolder(text));
}

TEST_CASE("no beginning of an index is one") {
  std::string entry(40 + 20, '\1');
  std::string index = std::string("DIRC\0\0\0\2\0\0\0\1", 12) + entry +
                      std::string("\0\6.pipec\0\0\0\0", 12) + std::string(20, '\7');
  auto content = workspace::parseGitIndex(index, ".pipec");
  REQUIRE(content);
  CHECK(content->paths == std::vector<std::string>{".pipec"});
  for (size_t size = 0; size < index.size(); ++size)
    CHECK_FALSE(workspace::parseGitIndex(llvm::StringRef(index).take_front(size), ".pipec"));
}
