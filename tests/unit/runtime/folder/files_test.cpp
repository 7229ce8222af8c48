// No path leads over a link, out of a held folder, or to something that is no file.
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <cerrno>
#include <fcntl.h>

using namespace pipec;
using namespace pipec::test;

namespace {

/// A folder that is held, or not: the promises are the same.
struct Place {
  TemporaryFolder temporary;
  std::string top = temporary / "top";
  TemporaryFolder outside;

  Place() {
    check(folder::makeFolders(top));
    if (GENERATE(true, false)) {
      folder::Demand demand{"the folder"};
      CHECK(get(folder::hold(top, demand)) == top);
    }
    writeFile(outside / "file", "mine");
  }
  void link(const std::string& target, const std::string& name) {
    REQUIRE(::symlink(target.c_str(), (top + "/" + name).c_str()) == 0);
  }
};

} // namespace

TEST_CASE_METHOD(Place, "what is written can be read, listed and removed") {
  check(folder::write(top + "/a/b/c", "text"));
  CHECK(get(folder::read(top + "/a/b/c")) == "text");
  CHECK_FALSE(get(folder::read(top + "/a/b/d")));
  CHECK_FALSE(get(folder::read(top + "/x/y")));
  auto names = get(folder::list(top + "/a"));
  REQUIRE(names.size() == 1);
  CHECK(names[0].name == "b");
  CHECK((names[0].kind == base::FileKind::Directory));
  CHECK((statusOf(top + "/a/b/c").st_mode & 0777) == 0600);
  CHECK((statusOf(top + "/a/b").st_mode & 0777) == 0700);
  CHECK(folder::rename(top + "/a/b/c", top + "/a/d"));
  CHECK(folder::removeFolder(top + "/a/b"));
  check(folder::removeTree(top + "/a"));
  CHECK_FALSE(exists(top + "/a"));
  check(folder::removeTree(top + "/a"));
}

TEST_CASE_METHOD(Place, "a link in the place of a file is not followed") {
  link(outside / "file", "l");
  for (int flags : {O_RDONLY, O_WRONLY, O_RDWR | O_CREAT, O_WRONLY | O_TRUNC | O_CREAT}) {
    errno = 0;
    CHECK_FALSE(folder::openFile(top + "/l", flags));
    CHECK(errno == ELOOP);
  }
  CHECK(failureOf(folder::read(top + "/l")).find("symbolic link") != std::string::npos);
  check(folder::write(top + "/l", "new")); // in its place, not through it
  CHECK(readFile(outside / "file") == "mine");
  CHECK(get(folder::read(top + "/l")) == "new");
}

TEST_CASE_METHOD(Place, "a link in the place of a folder is not entered") {
  bool isDeep = GENERATE(false, true);
  std::string above = isDeep ? top + "/deep/l" : top + "/l";
  check(folder::makeFolders(top + "/deep"));
  link(outside.path, isDeep ? "deep/l" : "l");
  CHECK_FALSE(folder::openFile(above + "/file", O_RDONLY));
  CHECK_FALSE(folder::openFile(above + "/new", O_WRONLY | O_CREAT));
  CHECK_FALSE(folder::unlinkFile(above + "/file"));
  CHECK_FALSE(folder::makeFolder(above + "/new"));
  CHECK_FALSE(folder::rename(above + "/file", top + "/stolen"));
  struct stat status;
  CHECK_FALSE(folder::lookAt(above + "/file", status));
  failureOf(folder::write(above + "/new", "x"));
  failureOf(folder::makeFolders(above + "/new/er"));
  failureOf(folder::list(above));
  failureOf(folder::removeTree(above + "/file"));
  failureOf(folder::withAnchoredPath(above + "/file", [](const std::string&) {
    FAIL("a path over a link was given");
    return llvm::Error::success();
  }));
  check(folder::removeTree(above)); // the link itself
  CHECK(readFile(outside / "file") == "mine");
  CHECK_FALSE(exists(outside / "new"));
}

TEST_CASE_METHOD(Place, "`..` leads out of no held folder") {
  folder::Demand demand{"the folder"};
  get(folder::hold(top, demand));
  writeFile(temporary / "beside", "mine");
  CHECK_FALSE(folder::openFile(top + "/../beside", O_RDONLY));
  failureOf(folder::write(top + "/../new", "x"));
  CHECK_FALSE(exists(temporary / "new"));
}

TEST_CASE_METHOD(Place, "a named pipe and a folder are no files, and nobody waits for one") {
  REQUIRE(::mkfifo((top + "/pipe").c_str(), 0600) == 0);
  for (int flags : {O_RDONLY, O_RDWR})
    CHECK_FALSE(folder::openFile(top + "/pipe", flags));
  CHECK(failureOf(folder::read(top + "/pipe")).find("no regular file") != std::string::npos);
  failureOf(folder::read(top));
}

TEST_CASE_METHOD(Place, "what is too large is not read") {
  check(folder::write(top + "/f", "12345"));
  CHECK(get(folder::read(top + "/f", 5)) == "12345");
  failureOf(folder::read(top + "/f", 4));
}

TEST_CASE_METHOD(Place, "an anchored path is the place, and messages have its name") {
  check(folder::withAnchoredPath(top + "/a/b", [](const std::string& anchored) {
    return base::writeFileAtomically(anchored, "text");
  }));
  CHECK(readFile(top + "/a/b") == "text");
  std::string message = failureOf(folder::withAnchoredPath(
      top + "/a/b", [](const std::string& anchored) { return base::worldError(anchored); }));
  CHECK(message == top + "/a/b");
}

TEST_CASE("a held folder stays the one that was held") {
  TemporaryFolder temporary, outside;
  std::string top = temporary / "top";
  check(folder::write(top + "/f", "first"));
  get(folder::hold(top, {"the folder"}));
  REQUIRE(::rename(top.c_str(), (temporary / "old").c_str()) == 0);
  REQUIRE(::symlink(outside.path.c_str(), top.c_str()) == 0);
  check(folder::write(top + "/g", "second"));
  CHECK(readFile(temporary / "old/g") == "second");
  CHECK_FALSE(exists(outside / "g"));
}
