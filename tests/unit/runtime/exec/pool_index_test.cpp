// What counts of a pool as a whole, and what is behind its names.
#include "runtime/exec/pool_index.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/cas/stores.h"

using namespace pipec;
using namespace pipec::test;
using cas::EntryKind;

namespace {
struct Pools {
  TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "store"));
  exec::PoolIndexes indexes{*store};

  std::shared_ptr<const exec::PoolIndex> of(const std::map<std::string, std::string>& files) {
    return get(indexes.of({EntryKind::Directory, treeOf(*store, files)}));
  }
};
} // namespace

TEST_CASE_METHOD(Pools, "the names of a pool do not depend on what its files hold") {
  cas::Content names = of({{"a.h", "1"}, {"deep/b.h", "2"}, {"l", "->a.h"}})->names;
  CHECK(of({{"a.h", "3"}, {"deep/b.h", "x:4"}, {"l", "->a.h"}})->names == names);

  CHECK(of({{"a.h", "1"}, {"deep/b.h", "2"}})->names != names);
  CHECK(of({{"a.h", "1"}, {"deep/b.h", "2"}, {"l", "->deep/b.h"}})->names != names);
  CHECK(of({{"a.h", "1"}, {"deep/c.h", "2"}, {"l", "->a.h"}})->names != names);
  CHECK(of({{"a.h/x", "1"}, {"deep/b.h", "2"}, {"l", "->a.h"}})->names != names);
  CHECK(of({{"a.h", "1"}, {"deep/b.h", "2"}, {"empty/", ""}, {"l", "->a.h"}})->names != names);
}

TEST_CASE_METHOD(Pools, "every path of a pool has its content") {
  auto index = of({{"a.h", "1"}, {"deep/b.h", "x:2"}, {"l", "->a.h"}});
  CHECK(index->entries.size() == 5);
  CHECK(index->entries.lookup("a.h") == fileOf(*store, "1"));
  CHECK(index->entries.lookup("deep/b.h") == fileOf(*store, "2", EntryKind::Executable));
  CHECK(index->entries.lookup("deep").kind == EntryKind::Directory);
  CHECK(index->entries.lookup("l").kind == EntryKind::Symlink);
  CHECK(index->entries.lookup("").kind == EntryKind::Directory);
  CHECK(index->entries.count("b.h") == 0);
}

TEST_CASE_METHOD(Pools, "a file alone is a pool without a name") {
  auto one = get(indexes.of(fileOf(*store, "1")));
  CHECK(one->entries.size() == 1);
  CHECK(one->entries.lookup("") == fileOf(*store, "1"));
  CHECK(get(indexes.of(fileOf(*store, "2", EntryKind::Executable)))->names == one->names);
}

TEST_CASE_METHOD(Pools, "two sets of names can be compared in the store") {
  cas::Content names = of({{"a.h", "1"}, {"deep/b.h", "2"}})->names;
  auto files = get(cas::listFiles(*store, names.digest));
  REQUIRE(files.size() == 2);
  CHECK(files[1].first == "deep/b.h");
  CHECK(files[1].second.content == fileOf(*store, ""));
}

TEST_CASE_METHOD(Pools, "a pool that is gone from the store is an error") {
  CHECK(failureOf(indexes.of({EntryKind::Directory, test::sampleDigest(1)}))
            .find("no longer in the content store") != std::string::npos);
}
