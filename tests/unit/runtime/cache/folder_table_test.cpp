// Stamps: which can be trusted, and what the table remembers.
#include "runtime/cache/folder_table.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/temporary_folder.h"

using namespace pipec;
using namespace pipec::test;
using cache::isTrusted;
using cache::Stamp;

static constexpr int64_t Second = 1'000'000'000;

TEST_CASE("only a stamp with some age is trusted") {
  int64_t now = 1'800'000'000 * Second + 123'456'789;
  auto at = [](int64_t modified, int64_t changed) { return Stamp{1, 2, 3, modified, changed}; };
  CHECK(isTrusted(at(now - 3 * Second, now - 3 * Second), now));
  CHECK_FALSE(isTrusted(at(now, now), now));
  // FAT keeps two seconds, and a write that is under way stamped the file when it began.
  CHECK_FALSE(isTrusted(at(now - 2 * Second, now - 2 * Second), now));
  // An old mtime that was put back tells nothing; the ctime does.
  CHECK_FALSE(isTrusted(at(0, now - Second), now));
  CHECK_FALSE(isTrusted(at(now + Second, now - 9 * Second), now));
}

namespace {

struct Table {
  TemporaryFolder folder;
  std::string file = folder / "cache/files.db";
  std::vector<std::string> warnings;
  Stamp stamp{1, 2, 3, 4, 5};
  base::Sha256 digest = test::sampleDigest(6).hash;
  base::FastHash hash{7, 9};

  cache::FolderTables open(const std::string& root = "/root") {
    return {root, file, cache::Access::ReadWrite,
            [&](llvm::StringRef warning) { warnings.push_back(warning.str()); }};
  }
  void learn() {
    auto tables = open();
    tables.learn("src", "a", {stamp, digest, hash});
    tables.learn("src", "b\n", {stamp, test::sampleDigest(8).hash, {}});
    tables.flush();
  }
};

} // namespace

TEST_CASE_METHOD(Table, "what was learned is found as it was") {
  learn();
  auto tables = open();
  auto found = tables.find("src", "a");
  REQUIRE(found);
  CHECK(found->stamp == stamp);
  CHECK(found->hash == hash);
  CHECK(found->whole() == base::Digest(digest, stamp.size));
  REQUIRE(tables.find("src", "b\n"));
  CHECK(tables.find("src", "b\n")->digest == test::sampleDigest(8).hash);
  CHECK_FALSE(tables.find("src", "c"));
  CHECK_FALSE(tables.find(".", "a"));
  auto elsewhere = open("/other");
  CHECK_FALSE(elsewhere.find("src", "a"));
}

TEST_CASE_METHOD(Table, "files that are gone are forgotten") {
  learn();
  {
    auto tables = open();
    tables.prune("src", [](llvm::StringRef name) { return name != "a"; });
    tables.flush();
  }
  auto tables = open();
  CHECK_FALSE(tables.find("src", "a"));
  CHECK(tables.find("src", "b\n"));
}

TEST_CASE_METHOD(Table, "a damaged row is forgotten, a damaged file made anew") {
  learn();
  std::string bytes = readFile(file);
  size_t at = bytes.find("b\n");
  REQUIRE(at != std::string::npos);
  SECTION("row") {
    bytes[at] = 'c';
    std::ofstream(file, std::ios::binary) << bytes;
    auto tables = open();
    CHECK_FALSE(tables.find("src", "a"));
    CHECK_FALSE(tables.find("src", "c\n"));
    CHECK(warnings.empty());
  }
  SECTION("file") {
    writeFile(file, "garbage");
    learn();
    CHECK(warnings.size() == 1);
    auto tables = open();
    CHECK(tables.find("src", "a")->digest == digest);
  }
}

TEST_CASE_METHOD(Table, "a table that cannot be written is done without, with one warning") {
  writeFile(folder / "cache", "in the way");
  auto tables = open();
  tables.learn("src", "a", {stamp, digest, hash});
  tables.flush();
  CHECK(tables.find("src", "a")->digest == digest);
  CHECK(warnings.size() == 1);
}
