// The contract of ContentStore, the same for every implementation.
#include "stores.h"
#include "tests/support/digests.h"

#include <sys/socket.h>
#include <sys/un.h>

using namespace pipec;
using namespace pipec::test;
using cas::Content;
using cas::EntryKind;

namespace {

struct LocalStore {
  static constexpr size_t KeptSize = SIZE_MAX;
  TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "store"));
};

struct MemoryStore {
  static constexpr size_t KeptSize = 4096;
  TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store =
      get(cas::openContentStoreForReading(folder / "nothing"));
};

/// An overlay on a store that has everything already.
struct MemoryOverLocal : LocalStore {
  static constexpr size_t KeptSize = 4096;
  MemoryOverLocal() { store = get(cas::openContentStoreForReading(folder / "store")); }
};

} // namespace

TEMPLATE_TEST_CASE("bytes come back", "", LocalStore, MemoryStore, MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  for (size_t size : {size_t(0), size_t(1), size_t(4095), size_t(262144), size_t(1'000'001)}) {
    std::string bytes(size, 'x');
    base::Digest digest = get(store.putBytes(bytes));
    CHECK(digest == base::digestOf(bytes));
    CHECK(get(store.putBytes(bytes)) == digest);
    CHECK(get(store.contains({EntryKind::File, digest})));
    if (size <= TestType::KeptSize)
      CHECK(get(store.bytes(digest)) == bytes);
  }
}

TEMPLATE_TEST_CASE("what was never put is not there", "", LocalStore, MemoryStore,
                   MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  base::Digest digest = test::sampleDigest(1);
  CHECK_FALSE(get(store.bytes(digest)));
  CHECK_FALSE(get(store.directory(digest)));
  CHECK_FALSE(get(store.contains({EntryKind::File, digest})));
  CHECK_FALSE(get(store.contains({EntryKind::Directory, digest})));
}

TEMPLATE_TEST_CASE("a file is stored by its bytes, and stays", "", LocalStore, MemoryStore,
                   MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  for (size_t size : {size_t(10), size_t(400'000)}) {
    std::string path = fixture.folder / "file";
    std::string bytes(size, 'y');
    writeFile(path, bytes);
    base::Digest digest = get(store.putFile(path));
    CHECK(digest == base::digestOf(bytes));
    CHECK(readFile(path) == bytes);
    writeFile(path, "edited in place");
    if (size <= TestType::KeptSize)
      CHECK(get(store.bytes(digest)) == bytes);
  }
  REQUIRE(::symlink("file", (fixture.folder / "link").c_str()) == 0);
  failureOf(store.putFile(fixture.folder / "link"));
  failureOf(store.putFile(fixture.folder / "missing"));
  failureOf(store.putFile(fixture.folder.path));
}

TEMPLATE_TEST_CASE("a folder is stored as it is", "", LocalStore, MemoryStore, MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  std::string source = fixture.folder / "source";
  std::string longName(255, 'n');
  writeFile(source + "/plain", "1");
  writeFile(source + "/run", "2", 0755);
  writeFile(source + "/group-only", "3", 0654);
  writeFile(source + "/sub/dir/-rf *\n'\"$x %d", "4");
  writeFile(source + "/sub/" + longName, "5");
  writeFile(source + "/\xc3\xbc\xe2\x82\xac", "6");
  check(base::makeDirectories(source + "/empty/er"));
  REQUIRE(::symlink("plain", (source + "/link").c_str()) == 0);
  REQUIRE(::symlink("/nowhere/at all", (source + "/dangling").c_str()) == 0);

  Content tree = get(store.putPath(source));
  CHECK(tree.kind == EntryKind::Directory);
  CHECK(get(store.contains(tree)));
  CHECK(filesOf(store, tree.digest) ==
        std::map<std::string, std::string>{{"plain", "1"},
                                           {"run", "x:2"},
                                           {"group-only", "x:3"},
                                           {"sub/dir/-rf *\n'\"$x %d", "4"},
                                           {"sub/" + longName, "5"},
                                           {"\xc3\xbc\xe2\x82\xac", "6"},
                                           {"link", "->plain"},
                                           {"dangling", "->/nowhere/at all"}});
  Content er = *get(cas::lookUp(store, tree.digest, "empty/er"));
  CHECK(get(store.directory(er.digest))->entries.empty());
  CHECK(get(store.putPath(source)) == tree);
  CHECK(get(store.putPath(source, /*consume=*/true)) == tree);
}

TEMPLATE_TEST_CASE("each kind of path has its kind of content", "", LocalStore, MemoryStore,
                   MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  writeFile(fixture.folder / "plain", "bytes");
  writeFile(fixture.folder / "run", "bytes", 0700);
  REQUIRE(::symlink("plain", (fixture.folder / "link").c_str()) == 0);
  CHECK(get(store.putPath(fixture.folder / "plain")) ==
        Content{EntryKind::File, base::digestOf("bytes")});
  CHECK(get(store.putPath(fixture.folder / "run")) ==
        Content{EntryKind::Executable, base::digestOf("bytes")});
  CHECK(get(store.putPath(fixture.folder / "link")) ==
        Content{EntryKind::Symlink, base::digestOf("plain")});
  CHECK(get(store.bytes(base::digestOf("plain"))) == std::string("plain"));
  failureOf(store.putPath(fixture.folder / "missing"));
}

TEMPLATE_TEST_CASE("what is no content is refused by name", "", LocalStore, MemoryStore,
                   MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  std::string source = fixture.folder / "source";
  writeFile(source + "/good", "1");
  std::string wanted;
  SECTION("a named pipe") {
    REQUIRE(::mkfifo((source + "/pipe").c_str(), 0644) == 0);
    wanted = "source/pipe`: it is a named pipe";
  }
  SECTION("a socket") {
    int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{AF_UNIX, {}};
    std::string path = source + "/s";
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    ::close(fd);
    wanted = "source/s`: it is a socket";
  }
  SECTION("a name that is not UTF-8") {
    writeFile(source + "/caf\xe9", "latin 1");
    wanted = "caf\\xE9";
  }
  CHECK(failureOf(store.putPath(source)).find(wanted) != std::string::npos);
}

TEMPLATE_TEST_CASE("a directory's links are content too", "", LocalStore, MemoryStore,
                   MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  cas::Directory directory{{{"l", {EntryKind::Symlink, base::digestOf("somewhere")}, "somewhere"}}};
  base::Digest digest = get(store.putDirectory(directory));
  CHECK(get(store.directory(digest)) == directory);
  CHECK(get(store.bytes(base::digestOf("somewhere"))) == std::string("somewhere"));
}

TEMPLATE_TEST_CASE("a tree with a missing part is not contained", "", LocalStore, MemoryStore,
                   MemoryOverLocal) {
  TestType fixture;
  auto& store = *fixture.store;
  base::Digest inner =
      get(store.putDirectory({{{"f", {EntryKind::File, test::sampleDigest(7)}, ""}}}));
  base::Digest outer = get(store.putDirectory({{{"d", {EntryKind::Directory, inner}, ""}}}));
  CHECK_FALSE(get(store.contains({EntryKind::Directory, outer})));
  base::Digest hollow =
      get(store.putDirectory({{{"d", {EntryKind::Directory, test::sampleDigest(8)}, ""}}}));
  CHECK_FALSE(get(store.contains({EntryKind::Directory, hollow})));
}

TEMPLATE_TEST_CASE("a file taken for a directory is an error", "", LocalStore, MemoryStore,
                   MemoryOverLocal) {
  TestType fixture;
  base::Digest digest = get(fixture.store->putBytes("no directory"));
  failureOf(fixture.store->directory(digest));
}
