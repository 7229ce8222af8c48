// Whose a folder is.
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <fcntl.h>

using namespace pipec;
using namespace pipec::test;

static folder::Demand making() {
  folder::Demand demand{"the cache"};
  demand.make = true;
  demand.mayBeLink = true;
  return demand;
}

static mode_t modeOf(const std::string& path) {
  return statusOf(path).st_mode & 07777;
}

TEST_CASE("a folder is made for its owner alone, whatever the umask") {
  TemporaryFolder temporary;
  mode_t before = ::umask(GENERATE(0, 022, 077));
  CHECK(get(folder::hold(temporary / "a/b", making())) == temporary / "a/b");
  ::umask(before);
  CHECK(modeOf(temporary / "a") == 0700);
  CHECK(modeOf(temporary / "a/b") == 0700);
  CHECK_FALSE(get(folder::hold(temporary / "c", {"the cache"})));
  CHECK_FALSE(exists(temporary / "c"));
}

TEST_CASE("what others may only read is closed, if it is pipec's") {
  TemporaryFolder temporary;
  std::string place = temporary / "a";
  REQUIRE(::mkdir(place.c_str(), 0755) == 0);
  mode_t wanted = 0700;
  SECTION("empty") {}
  SECTION("a cache") {
    REQUIRE(::mkdir((place + "/cas").c_str(), 0755) == 0);
  }
  SECTION("somebody's") {
    writeFile(place + "/letter", "");
    wanted = 0755;
  }
  get(folder::hold(place, {"the cache"}));
  CHECK(modeOf(place) == 0755); // who only reads changes nothing
  get(folder::hold(place, making()));
  CHECK(modeOf(place) == wanted);
}

TEST_CASE("what others may write to is refused, with what to type") {
  TemporaryFolder temporary;
  std::string place = temporary / "a";
  mode_t mode = GENERATE(0770, 0702, 0777, 01777, 02770);
  REQUIRE(::mkdir(place.c_str(), 0700) == 0);
  if (mode == 01777) { // the mode of a file system in memory that is new and empty, which is closed
    REQUIRE(::chmod(place.c_str(), mode) == 0);
    get(folder::hold(place, making()));
    CHECK(modeOf(place) == 0700);
    writeFile(place + "/cas/theirs", "");
  }
  REQUIRE(::chmod(place.c_str(), mode) == 0);
  std::string message = failureOf(folder::hold(place, making()));
  CHECK(message.find("may write to the cache") != std::string::npos);
  CHECK(message.find("`chmod -R go-w " + place + "`") != std::string::npos);
  bool mayWrite = false;
  folder::Demand told = making();
  told.othersMayWrite = &mayWrite;
  get(folder::hold(place, told));
  CHECK(mayWrite);
}

TEST_CASE("what a group shares says so by its mode") {
  TemporaryFolder temporary;
  std::string place = temporary / "a";
  folder::Demand demand{"the state folder"};
  demand.mayBeGroups = true;
  REQUIRE(::mkdir(place.c_str(), 0700) == 0);
  for (mode_t mode : {0770, 02772, 02777}) {
    REQUIRE(::chmod(place.c_str(), mode) == 0);
    failureOf(folder::hold(place, demand));
  }
  REQUIRE(::chmod(place.c_str(), 02770) == 0);
  get(folder::hold(place, demand));
  mode_t before = ::umask(077);
  check(folder::write(place + "/sub/file", "text"));
  CHECK(folder::openFile(place + "/lock", O_RDWR | O_CREAT));
  ::umask(before);
  CHECK(modeOf(place + "/sub") == 02770);
  CHECK(modeOf(place + "/sub/file") == 0660);
  CHECK(modeOf(place + "/lock") == 0660);
}

TEST_CASE("a link to a folder is followed only where that is said") {
  TemporaryFolder temporary;
  REQUIRE(::mkdir((temporary / "real").c_str(), 0700) == 0);
  REQUIRE(::symlink("real", (temporary / "link").c_str()) == 0);
  CHECK(get(folder::hold(temporary / "link", making())) == temporary / "real");
  folder::Demand strict{"the state folder"};
  CHECK(failureOf(folder::hold(temporary / "link", strict)).find("is a symbolic link") !=
        std::string::npos);
  writeFile(temporary / "file", "");
  CHECK(failureOf(folder::hold(temporary / "file", strict)).find("is no folder") !=
        std::string::npos);
}

TEST_CASE("links in pipec's own folders are named") {
  TemporaryFolder temporary;
  check(folder::makeFolders(temporary / "a/b"));
  writeFile(temporary / "a/b/file", "");
  check(folder::refuseLinks(temporary / "a", {"b", "absent"}));
  REQUIRE(::symlink("/", (temporary / "a/b/l").c_str()) == 0);
  CHECK(failureOf(folder::refuseLinks(temporary / "a", {"b"})).find("a/b/l` is a symbolic link") !=
        std::string::npos);
  check(folder::refuseLinks(temporary / "a", {}));
}
