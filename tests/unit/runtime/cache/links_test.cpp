// Links in the repository: followed when named, content inside folders, never a way out.
#include "repository_fixture.h"

#include <map>

using namespace pipec;
using namespace pipec::test;
using cas::Content;
using cas::EntryKind;

namespace {

struct Links : RepositoryFixture {
  Links() {
    write("real/f", "1");
    write("real/run", "2", 0755);
    writeFile(folder / "outside/secret", "secret");
  }
  void link(const std::string& path, const std::string& target) {
    REQUIRE(::symlink(target.c_str(), at(path).c_str()) == 0);
  }
};

} // namespace

TEST_CASE_METHOD(Links, "a named link is followed") {
  link("file", "real/f");
  link("folder", "real");
  link("twice", "./folder/../file");
  link("absolute", root + "/real/f");
  link("real/up", "../file");
  CHECK(content("file") == Content{EntryKind::File, base::digestOf("1")});
  CHECK(content("folder/run")->kind == EntryKind::Executable);
  CHECK(content("folder") == content("real"));
  CHECK(content("twice")->digest == base::digestOf("1"));
  CHECK(content("absolute")->digest == base::digestOf("1"));
  CHECK(content("folder/up")->digest == base::digestOf("1"));
}

TEST_CASE_METHOD(Links, "a repository that is itself named through a link is fine") {
  REQUIRE(::symlink(root.c_str(), (folder / "alias").c_str()) == 0);
  root = folder / "alias";
  link("absolute", root + "/real/f");
  CHECK(content("absolute")->digest == base::digestOf("1"));
  CHECK(content("real/f")->digest == base::digestOf("1"));
}

TEST_CASE_METHOD(Links, "a re-pointed link is another content") {
  link("l", "real/f");
  Content before = *content("l");
  Content folderBefore = *content(".");
  REQUIRE(::unlink(at("l").c_str()) == 0);
  link("l", "real/run");
  CHECK(content("l") != before);
  CHECK(content(".") != folderBefore);
}

TEST_CASE_METHOD(Links, "links out of the repository are errors when named") {
  link("relative", "../outside/secret");
  link("absolute", folder / "outside/secret");
  link("folder", "../outside");
  link("around", "real/../../repository/real/f");
  write("repository-2/f", "x"); // its name begins like the root's
  link("alike", root + "-2/f");
  for (const char* path : {"relative", "absolute", "folder/secret", "around", "alike"})
    CHECK(failure(path).find("out of the repository") != std::string::npos);
}

TEST_CASE_METHOD(Links, "links to nothing are nothing, cycles are errors") {
  link("dangling", "nowhere");
  link("through-a-file", "real/f/x");
  link("self", "self");
  link("a", "b");
  link("b", "a");
  link("loop", "./loop/x");
  CHECK_FALSE(content("dangling"));
  CHECK_FALSE(content("through-a-file"));
  for (const char* path : {"self", "a", "b", "a/x", "loop"})
    CHECK(failure(path).find("cycle of links") != std::string::npos);
}

TEST_CASE_METHOD(Links, "links inside a folder are content: their text") {
  link("real/parent", "..");
  link("real/self", "self");
  link("real/out", folder / "outside/secret");
  link("real/dangling", "no where\n");
  Content tree = *content("real");
  CHECK(tree == get(store.putPath(at("real"))));
  std::map<std::string, std::string> targets;
  for (const auto& [path, entry] : get(cas::listFiles(store, tree.digest)))
    if (entry.content.kind == EntryKind::Symlink)
      targets[path] = entry.target;
  CHECK(targets == std::map<std::string, std::string>{{"parent", ".."},
                                                      {"self", "self"},
                                                      {"out", folder / "outside/secret"},
                                                      {"dangling", "no where\n"}});
}

TEST_CASE_METHOD(Links, "a link does not show what is hidden") {
  write(".git/config", "x");
  link("git", ".git");
  link("config", ".git/config");
  CHECK_FALSE(content("git"));
  CHECK_FALSE(content("config"));
  CHECK_FALSE(content("git/config"));
}
