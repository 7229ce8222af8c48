// What the store on the local disk promises beyond the contract: damage, crowds, bad disks.
#include "stores.h"

#include <csignal>
#include <fcntl.h>
#include <sys/mount.h>
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
};

size_t entriesBelow(const std::string& path) {
  size_t count = 0;
  for (const auto& entry : get(base::makeRealFileSystem()->list(path)))
    count +=
        1 + (entry.kind == base::FileKind::Directory ? entriesBelow(path + "/" + entry.name) : 0);
  return count;
}

} // namespace

TEST_CASE_METHOD(Store, "blobs cannot be written to") {
  base::Digest digest = get(store->putBytes("bytes"));
  CHECK((statusOf(blobPath(path, digest)).st_mode & 07777) == 0444);
  std::string source = folder / "f";
  writeFile(source, std::string(300'000, 'z'), 0755);
  base::Digest moved = get(store->putPath(source, /*consume=*/true)).digest;
  CHECK((statusOf(blobPath(path, moved)).st_mode & 07777) == 0444);
}

TEST_CASE_METHOD(Store, "consumed files are moved, but not those with a second name") {
  std::string source = folder / "f";
  writeFile(source, "to be moved");
  base::Digest moved = get(store->putPath(source, /*consume=*/true)).digest;
  CHECK_FALSE(exists(source));
  CHECK(get(store->bytes(moved)) == std::string("to be moved"));

  writeFile(source, "has two names");
  std::string second = folder / "g";
  REQUIRE(::link(source.c_str(), second.c_str()) == 0);
  base::Digest copied = get(store->putPath(source, /*consume=*/true)).digest;
  writeFile(second, "changed by the other name");
  CHECK(get(store->bytes(copied)) == std::string("has two names"));
}

TEST_CASE_METHOD(Store, "consuming reaches what a step has made unreadable") {
  std::string source = folder / "out";
  writeFile(source + "/locked/file", "hidden");
  REQUIRE(::chmod((source + "/locked/file").c_str(), 0) == 0);
  REQUIRE(::chmod((source + "/locked").c_str(), 0) == 0);
  REQUIRE(::chmod(source.c_str(), 0) == 0);
  Content tree = get(store->putPath(source, /*consume=*/true));
  CHECK(filesOf(*store, tree.digest) ==
        std::map<std::string, std::string>{{"locked/file", "hidden"}});
}

TEST_CASE_METHOD(Store, "a damaged blob is found when it is read, removed, and can be put again") {
  std::string bytes = GENERATE(std::string("some text"), std::string(300'000, 'b'));
  base::Digest digest = get(store->putBytes(bytes));
  std::string blob = blobPath(path, digest);
  std::string flipped = bytes;
  flipped[bytes.size() / 2] = static_cast<char>(flipped[bytes.size() / 2] ^ 1);
  for (std::string bad : {flipped, bytes.substr(1), std::string(), bytes + "x"}) {
    damage(blob, bad);
    CHECK_FALSE(get(store->bytes(digest)));
    CHECK_FALSE(exists(blob));
    CHECK_FALSE(get(store->contains({EntryKind::File, digest})));
    CHECK(get(store->putBytes(bytes)) == digest);
    CHECK(get(store->bytes(digest)) == bytes);

    damage(blob, bad);
    CHECK_FALSE(get(store->copyTo({EntryKind::File, digest}, folder / "copy")));
    CHECK_FALSE(exists(folder / "copy"));
    CHECK_FALSE(exists(blob));
    get(store->putBytes(bytes));
  }
}

TEST_CASE_METHOD(Store, "a torn blob of another size is replaced by the next put") {
  base::Digest digest = get(store->putBytes("whole"));
  damage(blobPath(path, digest), "");
  get(store->putBytes("whole"));
  CHECK(get(store->bytes(digest)) == std::string("whole"));
}

TEST_CASE_METHOD(Store, "a damaged directory counts as not there") {
  base::Digest tree = treeOf(*store, {{"a/b", "1"}});
  Content inner = *get(cas::lookUp(*store, tree, "a"));
  damage(blobPath(path, inner.digest), "pipec-tree 1\n");
  CHECK_FALSE(get(store->contains({EntryKind::Directory, tree})));
  CHECK_FALSE(get(store->materialise({EntryKind::Directory, tree})));
  CHECK_FALSE(get(store->copyTo({EntryKind::Directory, tree}, folder / "copy")));
  CHECK_FALSE(exists(folder / "copy"));
}

TEST_CASE_METHOD(Store, "eight threads and four processes put the same content") {
  std::string source = folder / "source";
  for (int i = 0; i < 150; ++i)
    writeFile(source + "/d" + std::to_string(i % 7) + "/f" + std::to_string(i),
              std::string(static_cast<size_t>(i) * 37, 'c'));
  auto putAll = [&](cas::ContentStore& target) -> std::optional<Content> {
    auto tree = target.putPath(source);
    auto bytes = target.putBytes(std::string(500'000, 'q'));
    if (tree && bytes)
      return *tree;
    llvm::consumeError(llvm::joinErrors(tree.takeError(), bytes.takeError()));
    return std::nullopt;
  };
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    pid_t pid = ::fork();
    if (pid == 0) {
      auto own = cas::openLocalContentStore(path);
      ::_exit(own && putAll(**own) ? 0 : 1);
    }
    children.push_back(pid);
  }
  std::vector<std::optional<Content>> results(8);
  std::vector<std::thread> threads;
  for (auto& result : results)
    threads.emplace_back([&] { result = putAll(*store); });
  for (auto& thread : threads)
    thread.join();
  for (pid_t pid : children) {
    int status = -1;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  Content tree = get(store->putPath(source));
  for (const auto& result : results)
    CHECK(result == tree);
  CHECK(get(store->contains(tree)));
  for (const auto& [file, entry] : get(cas::listFiles(*store, tree.digest)))
    CHECK(get(store->bytes(entry.content.digest)) == readFile(source + "/" + file));
}

TEST_CASE_METHOD(Store, "what a killed process left half-written is removed by the next one") {
  pid_t pid = ::fork();
  if (pid == 0) {
    auto own = cas::openLocalContentStore(path);
    auto put = (*own)->putBytes("makes the scratch folder");
    std::string owner = path + "/tmp/" + std::to_string(::getpid()) + ".0";
    std::ofstream(owner + "/half") << "written";
    ::raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFSIGNALED(status));
  CHECK(entriesBelow(path + "/tmp") == 2);
  get(store->putBytes("this one's own scratch folder"));
  auto next = get(cas::openLocalContentStore(path));
  CHECK(entriesBelow(path + "/tmp") == 1);
  CHECK(get(store->bytes(base::digestOf("makes the scratch folder"))));
  next.reset();
  store.reset();
  CHECK(entriesBelow(path + "/tmp") == 0);
}

TEST_CASE("a store that cannot be made is an error that names it") {
  TemporaryFolder folder;
  writeFile(folder / "file", "in the way");
  CHECK(failureOf(cas::openLocalContentStore(folder / "file/store")).find(folder / "file/store") !=
        std::string::npos);
}

TEST_CASE("a full disk is an error, and what was there stays") {
  TemporaryFolder folder;
  std::string disk = folder / "disk";
  check(base::makeDirectories(disk));
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
    WARN("not tried: this user cannot mount a small disk");
    return;
  }
  {
    auto store = get(cas::openLocalContentStore(disk + "/store"));
    base::Digest small = get(store->putBytes("fits"));
    std::string big = folder / "big";
    writeFile(big, std::string(3'000'000, 'B'));
    for (auto& error : {failureOf(store->putBytes(std::string(3'000'000, 'A'))),
                        failureOf(store->putFile(big)), failureOf(store->putPath(big))})
      CHECK(error.find("No space left on device") != std::string::npos);
    CHECK(get(store->bytes(small)) == std::string("fits"));
    // Nothing half-written keeps the space.
    get(store->putBytes(std::string(500'000, 'C')));
    REQUIRE(::mount(nullptr, disk.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    CHECK(failureOf(store->putBytes("not any more")).find("Read-only") != std::string::npos);
    CHECK(get(store->bytes(small)) == std::string("fits"));
    auto another = get(cas::openLocalContentStore(disk + "/store"));
    CHECK(get(another->bytes(small)) == std::string("fits"));
  }
  REQUIRE(::umount(disk.c_str()) == 0);
}

TEST_CASE_METHOD(Store, "paths that the system cannot name are refused by name") {
  std::string source = folder / "deep";
  check(base::makeDirectories(source));
  // Deeper than PATH_MAX, made from the inside.
  int here = ::open(source.c_str(), O_RDONLY | O_DIRECTORY);
  std::string name(200, 'd');
  for (int depth = 0; depth < 25; ++depth) {
    REQUIRE(::mkdirat(here, name.c_str(), 0755) == 0);
    int next = ::openat(here, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(here);
    here = next;
  }
  ::close(here);
  CHECK(failureOf(store->putPath(source)).find("longer than") != std::string::npos);
}
