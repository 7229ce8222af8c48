// Trees for the roots of steps, and private copies.
#include "stores.h"
#include "tests/support/digests.h"

#include <sys/wait.h>
#include <thread>

using namespace pipec;
using namespace pipec::test;
using cas::Content;
using cas::EntryKind;

namespace {

struct Store {
  TemporaryFolder folder;
  std::string path = folder / "store";
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(path));

  Content tree() {
    return {EntryKind::Directory, treeOf(*store, {{"a", "1"},
                                                  {"bin/run", "x:2"},
                                                  {"bin/link", "->run"},
                                                  {"empty/", ""},
                                                  {"deep/er/\n-x", "3"}})};
  }
};

void checkTree(const std::string& at, bool fixedTimes) {
  CHECK(readFile(at + "/a") == "1");
  CHECK(readFile(at + "/bin/run") == "2");
  CHECK(readFile(at + "/bin/link") == "2");
  CHECK(readFile(at + "/deep/er/\n-x") == "3");
  for (auto [name, mode] : {std::pair("", 0755),
                            {"/a", 0644},
                            {"/bin", 0755},
                            {"/bin/run", 0755},
                            {"/empty", 0755},
                            {"/deep/er", 0755},
                            {"/deep/er/\n-x", 0644}}) {
    INFO(name);
    CHECK((statusOf(at + name).st_mode & 07777) == static_cast<mode_t>(mode));
    if (fixedTimes) {
      CHECK(statusOf(at + name).st_mtim.tv_sec == 946684800);
      CHECK(statusOf(at + name).st_mtim.tv_nsec == 0);
    }
  }
  CHECK(S_ISLNK(statusOf(at + "/bin/link").st_mode));
  CHECK((!fixedTimes || statusOf(at + "/bin/link").st_mtim.tv_sec == 946684800));
}

struct Umask {
  mode_t old;
  explicit Umask(mode_t mask) : old(::umask(mask)) {}
  ~Umask() { ::umask(old); }
};

} // namespace

TEST_CASE_METHOD(Store, "a tree is materialised with fixed modes and times, whatever the umask") {
  Umask strict(GENERATE(022, 077, 0));
  std::string at = *get(store->materialise(tree()));
  checkTree(at, /*fixedTimes=*/true);
  CHECK(get(store->materialise(tree())) == at);
  CHECK(llvm::StringRef(at).starts_with("/"));
  auto other = get(cas::openLocalContentStore(path));
  auto inode = statusOf(at).st_ino;
  CHECK(get(other->materialise(tree())) == at);
  CHECK(statusOf(at).st_ino == inode);
}

TEST_CASE_METHOD(Store, "a file is materialised by itself, executable or not") {
  Content plain = fileOf(*store, "text");
  Content executable{EntryKind::Executable, plain.digest};
  std::string first = *get(store->materialise(plain));
  std::string second = *get(store->materialise(executable));
  CHECK(first != second);
  CHECK((statusOf(first).st_mode & 07777) == 0644);
  CHECK((statusOf(second).st_mode & 07777) == 0755);
  for (const std::string& at : {first, second}) {
    CHECK(readFile(at) == "text");
    CHECK(statusOf(at).st_mtim.tv_sec == 946684800);
  }
  failureOf(store->materialise({EntryKind::Symlink, plain.digest}));
}

TEST_CASE_METHOD(Store, "an empty tree and an empty file are content") {
  CHECK(exists(*get(store->materialise({EntryKind::Directory, get(store->putDirectory({}))}))));
  CHECK(readFile(*get(store->materialise(fileOf(*store, "")))).empty());
}

TEST_CASE_METHOD(Store, "what is missing is not materialised, not even in part") {
  base::Digest digest = get(store->putDirectory(
      {{{"a", fileOf(*store, "there"), ""}, {"b", {EntryKind::File, test::sampleDigest(9)}, ""}}}));
  CHECK_FALSE(get(store->materialise({EntryKind::Directory, digest})));
  CHECK_FALSE(get(store->materialise({EntryKind::File, test::sampleDigest(9)})));
  Content whole = tree();
  damage(blobPath(path, base::digestOf("3")), "4");
  CHECK_FALSE(get(store->materialise(whole)));
  get(store->putBytes("3"));
  checkTree(*get(store->materialise(whole)), /*fixedTimes=*/true);
}

TEST_CASE_METHOD(Store, "a materialised tree that was touched is made anew") {
  std::string at = *get(store->materialise(tree()));
  SECTION("edited") {
    writeFile(at + "/a", "9");
  }
  SECTION("mode") {
    REQUIRE(::chmod((at + "/a").c_str(), 0600) == 0);
  }
  SECTION("removed") {
    REQUIRE(::unlink((at + "/deep/er/\n-x").c_str()) == 0);
  }
  SECTION("added") {
    writeFile(at + "/empty/more", "x");
  }
  SECTION("gone") {
    check(base::removeTree(at));
  }
  SECTION("replaced by a file") {
    check(base::removeTree(at));
    writeFile(at, "no folder");
  }
  // The check is made once per process, and here by the next "process".
  store = get(cas::openLocalContentStore(path));
  CHECK(get(store->materialise(tree())) == at);
  checkTree(at, /*fixedTimes=*/true);
  CHECK_FALSE(exists(at + "/empty/more"));
}

TEST_CASE_METHOD(Store, "trees of an earlier boot are not trusted, and go one by one") {
  std::string at = *get(store->materialise(tree()));
  std::string trees = path + "/trees";
  std::string current = get(base::makeRealFileSystem()->list(trees)).front().name;
  REQUIRE(::rename((trees + "/" + current).c_str(), (trees + "/0-an-earlier-boot").c_str()) == 0);
  store = get(cas::openLocalContentStore(path));
  checkTree(*get(store->materialise(tree())), /*fixedTimes=*/true);
  get(store->materialise(fileOf(*store, "another")));
  get(store->materialise(fileOf(*store, "and one more")));
  CHECK_FALSE(exists(trees + "/0-an-earlier-boot"));
}

TEST_CASE_METHOD(Store, "many threads and processes materialise one tree") {
  std::map<std::string, std::string> files;
  for (int i = 0; i < 200; ++i)
    files["d" + std::to_string(i % 9) + "/f" + std::to_string(i)] = std::string(size_t(i), 'm');
  Content whole{EntryKind::Directory, treeOf(*store, files)};
  auto isWhole = [&](cas::ContentStore& from) {
    auto at = from.materialise(whole);
    if (!at || !*at)
      return false;
    for (const auto& [name, bytes] : files)
      if (readFile(**at + "/" + name) != bytes)
        return false;
    return true;
  };
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    pid_t pid = ::fork();
    if (pid == 0) {
      auto own = cas::openLocalContentStore(path);
      ::_exit(own && isWhole(**own) ? 0 : 1);
    }
    children.push_back(pid);
  }
  std::vector<char> results(8);
  std::vector<std::thread> threads;
  for (char& result : results)
    threads.emplace_back([&] { result = isWhole(*store); });
  for (auto& thread : threads)
    thread.join();
  for (pid_t pid : children) {
    int status = -1;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  CHECK(results == std::vector<char>(8, 1));
}

TEST_CASE_METHOD(Store, "a copy is private, whole, and never over something") {
  std::string at = folder / "made/on/the way/copy";
  CHECK(get(store->copyTo(tree(), at)));
  checkTree(at, /*fixedTimes=*/false);
  failureOf(store->copyTo(tree(), at));
  writeFile(at + "/a", "edited in place");
  CHECK(get(store->bytes(base::digestOf("1"))) == std::string("1"));
  CHECK(readFile(*get(store->materialise(tree())) + "/a") == "1");

  CHECK(get(store->copyTo(fileOf(*store, "f", EntryKind::Executable), folder / "file")));
  CHECK((statusOf(folder / "file").st_mode & 07777) == 0755);
  CHECK(get(store->copyTo(fileOf(*store, "a target", EntryKind::Symlink), folder / "link")));
  CHECK(get(base::makeRealFileSystem()->readLink(folder / "link")) == "a target");
  CHECK_FALSE(get(store->copyTo({EntryKind::File, test::sampleDigest(4)}, folder / "none")));
  CHECK_FALSE(exists(folder / "none"));
  CHECK(get(base::makeRealFileSystem()->list(folder / "made/on/the way")).size() == 1);
}
