// Root file systems: keeping, finding, sharing.
#include "tests/unit/runtime/cas/root_folders.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::cas;
using test::exists;
using test::get;
using test::keepRoot;
using test::makeRoot;
using test::statusOf;

namespace {

struct WithRoots {
  void reopen() {
    store.reset();
    store = get(openLocalContentStore(path));
  }
  std::optional<std::string> find(const base::Digest& id) { return get(store->findRoot(id)); }

  test::TemporaryFolder folder;
  std::string path = folder / "store";
  std::unique_ptr<ContentStore> store = get(openLocalContentStore(path));
  base::Digest one = base::digestOf("one"), two = base::digestOf("two");
};

} // namespace

TEST_CASE_METHOD(WithRoots, "a root is found as it was kept") {
  CHECK_FALSE(find(one));
  std::string root = makeRoot(*store, {{"bin/tool", "tool"},
                                       {"bin/same", "tool"},
                                       {"etc/empty", ""},
                                       {"etc/also-empty", ""},
                                       {"link", "->../out"},
                                       {"a\nb", "odd name"}});
  REQUIRE(::chmod((root + "/bin/tool").c_str(), 04711) == 0);
  REQUIRE(::link((root + "/bin/tool").c_str(), (root + "/hard").c_str()) == 0);
  REQUIRE(::mkdir((root + "/none").c_str(), 0755) == 0);
  REQUIRE(::chmod((root + "/none").c_str(), 0775) == 0);
  test::setTime(root + "/bin", 1'100'000'000);
  test::setTime(root, 1'200'000'000);
  std::string kept = get(store->keepRoot(one, root));
  CHECK_FALSE(exists(root));
  CHECK(llvm::StringRef(kept).starts_with("/"));
  for (int process = 0; process < 2; ++process) {
    CHECK(find(one) == kept);
    CHECK_FALSE(find(two));
    CHECK(test::readFile(kept + "/bin/tool") == "tool");
    CHECK(test::readFile(kept + "/a\nb") == "odd name");
    CHECK((statusOf(kept + "/bin/tool").st_mode & 07777) == 04711);
    CHECK(statusOf(kept + "/bin/tool").st_mtim.tv_sec == 1'000'000'000);
    CHECK(statusOf(kept + "/bin/tool").st_mtim.tv_nsec == 7);
    CHECK(statusOf(kept + "/bin/tool").st_ino == statusOf(kept + "/hard").st_ino);
    CHECK(statusOf(kept + "/bin/same").st_ino != statusOf(kept + "/hard").st_ino);
    CHECK(statusOf(kept + "/etc/empty").st_nlink == 1);
    CHECK(S_ISLNK(statusOf(kept + "/link").st_mode));
    CHECK((statusOf(kept + "/none").st_mode & 07777) == 0775);
    CHECK(statusOf(kept + "/bin").st_mtim.tv_sec == 1'100'000'000);
    CHECK(statusOf(kept).st_mtim.tv_sec == 1'200'000'000);
    reopen();
  }
}
