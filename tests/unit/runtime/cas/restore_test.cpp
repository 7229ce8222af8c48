// restoreTo: equal afterwards, and only what differed was touched.
#include "stores.h"

using namespace pipec;
using namespace pipec::test;
using cas::Content;
using cas::EntryKind;

namespace {

struct Restored {
  TemporaryFolder folder;
  std::string storePath = folder / "store";
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(storePath));
  Content tree{EntryKind::Directory, treeOf(*store, {{"a", "1"},
                                                     {"b", "x:2"},
                                                     {"l", "->a"},
                                                     {"sub/c", "3"},
                                                     {"sub/deep/d", "4"},
                                                     {"empty/", ""}})};
  std::string at = folder / "out/tree";

  uint64_t restore() { return *get(store->restoreTo(tree, at)); }
  void checkEqual() { CHECK(get(store->putPath(at)) == tree); }
};

} // namespace

TEST_CASE_METHOD(Restored, "a missing tree is made, and then nothing is left to do") {
  CHECK(restore() == 1);
  checkEqual();
  CHECK(restore() == 0);
}

TEST_CASE_METHOD(Restored, "only what differs is touched") {
  restore();
  auto inode = statusOf(at + "/sub/c").st_ino;
  uint64_t changes = 1;
  SECTION("an edited file") {
    writeFile(at + "/a", "edited");
  }
  SECTION("an edit of the same size") {
    writeFile(at + "/a", "9");
  }
  SECTION("a missing file") {
    REQUIRE(::unlink((at + "/sub/deep/d").c_str()) == 0);
  }
  SECTION("a missing folder") {
    check(base::removeTree(at + "/sub/deep"));
  }
  SECTION("a missing empty folder") {
    check(base::removeTree(at + "/empty"));
  }
  SECTION("extra files") {
    writeFile(at + "/extra", "x");
    writeFile(at + "/empty/extra/deep", "x");
    changes = 2;
  }
  SECTION("a mode") {
    REQUIRE(::chmod((at + "/a").c_str(), 0755) == 0);
  }
  SECTION("a lost execute bit") {
    REQUIRE(::chmod((at + "/b").c_str(), 0644) == 0);
  }
  SECTION("a folder that cannot be entered") {
    REQUIRE(::chmod((at + "/sub").c_str(), 0) == 0);
  }
  SECTION("a link that points elsewhere") {
    REQUIRE(::unlink((at + "/l").c_str()) == 0);
    REQUIRE(::symlink("b", (at + "/l").c_str()) == 0);
  }
  SECTION("a link that became a file") {
    REQUIRE(::unlink((at + "/l").c_str()) == 0);
    writeFile(at + "/l", "1");
  }
  SECTION("a file that became a link to the same bytes") {
    writeFile(folder / "same", "1");
    REQUIRE(::unlink((at + "/a").c_str()) == 0);
    REQUIRE(::symlink((folder / "same").c_str(), (at + "/a").c_str()) == 0);
  }
  SECTION("a file that became a folder") {
    REQUIRE(::unlink((at + "/a").c_str()) == 0);
    writeFile(at + "/a/inside", "x");
  }
  SECTION("a folder that became a file") {
    check(base::removeTree(at + "/sub/deep"));
    writeFile(at + "/sub/deep", "x");
  }
  CHECK(restore() == changes);
  checkEqual();
  CHECK(statusOf(at + "/sub/c").st_ino == inode);
  CHECK(restore() == 0);
}

TEST_CASE_METHOD(Restored, "links are never followed out of the target") {
  restore();
  std::string outside = folder / "outside";
  writeFile(outside + "/c", "precious");
  writeFile(outside + "/other", "precious");
  SECTION("in place of a folder") {
    check(base::removeTree(at + "/sub"));
    REQUIRE(::symlink(outside.c_str(), (at + "/sub").c_str()) == 0);
  }
  SECTION("as an extra") {
    REQUIRE(::symlink(outside.c_str(), (at + "/extra").c_str()) == 0);
  }
  SECTION("in place of a file") {
    REQUIRE(::unlink((at + "/a").c_str()) == 0);
    REQUIRE(::symlink((outside + "/c").c_str(), (at + "/a").c_str()) == 0);
  }
  SECTION("in place of the whole tree") {
    check(base::removeTree(at));
    REQUIRE(::symlink(outside.c_str(), at.c_str()) == 0);
  }
  CHECK(restore() == 1);
  checkEqual();
  CHECK(readFile(outside + "/c") == "precious");
  CHECK(readFile(outside + "/other") == "precious");
}

TEST_CASE_METHOD(Restored, "one file is restored like one of a tree") {
  Content file = fileOf(*store, "bytes", EntryKind::Executable);
  std::string path = folder / "out/file";
  CHECK(get(store->restoreTo(file, path)) == uint64_t(1));
  CHECK(get(store->restoreTo(file, path)) == uint64_t(0));
  auto inode = statusOf(path).st_ino;
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK(get(store->restoreTo(file, path)) == uint64_t(1));
  CHECK(statusOf(path).st_ino == inode);
  check(base::removeTree(path));
  writeFile(path + "/now/a/folder", "x");
  CHECK(get(store->restoreTo(file, path)) == uint64_t(1));
  CHECK(get(store->putPath(path)) == file);
  CHECK(get(store->restoreTo(tree, path)) == uint64_t(1));
  CHECK(get(store->putPath(path)) == tree);
  CHECK(get(store->restoreTo(file, path)) == uint64_t(1));
}

TEST_CASE_METHOD(Restored, "content that is gone is not restored, and what is there stays") {
  restore();
  writeFile(at + "/a", "edited");
  check(base::removeTree(blobPath(storePath, base::digestOf("1"))));
  CHECK_FALSE(get(store->restoreTo(tree, at)));
  CHECK(readFile(at + "/a") == "edited");
  get(store->putBytes("1"));
  CHECK(restore() == 1);
  CHECK(readFile(at + "/a") == "1");
}

TEST_CASE_METHOD(Restored, "what a killed process left beside it is cleaned up") {
  restore();
  std::string left;
  for (const char* name : {"tree", "a"}) {
    std::string parent = name == std::string("a") ? at : folder / "out";
    writeFile(parent + "/.pipec-restore." + base::digestOf(name).hex() + "/half", "x");
  }
  CHECK(restore() == 1);
  checkEqual();
  CHECK(get(base::makeRealFileSystem()->list(folder / "out")).size() == 1);
}

TEST_CASE_METHOD(Restored, "a folder that cannot be written is an error that names the path") {
  if (::geteuid() == 0) {
    WARN("not tried: root may write everywhere");
    return;
  }
  restore();
  writeFile(at + "/sub/c", "edited");
  REQUIRE(::chmod((folder / "out").c_str(), 0555) == 0);
  check(base::removeTree(at + "/a"));
  std::string other = folder / "out/other";
  CHECK(failureOf(store->restoreTo(tree, other)).find("out/") != std::string::npos);
  REQUIRE(::chmod((folder / "out").c_str(), 0755) == 0);
}
