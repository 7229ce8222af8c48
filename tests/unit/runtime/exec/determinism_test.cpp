// What is said of two results that differ.
#include "runtime/exec/determinism.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using cas::Content;
using cas::EntryKind;
using exec::ResultDifference;

namespace {

struct Results {
  test::TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store = test::get(cas::openLocalContentStore(folder / "cas"));

  Content file(llvm::StringRef bytes, EntryKind kind = EntryKind::File) {
    return {kind, test::get(store->putBytes(bytes))};
  }
  Content tree(std::vector<cas::TreeEntry> entries) {
    return {EntryKind::Directory, test::get(store->putDirectory({std::move(entries)}))};
  }
  static cas::TreeEntry link(const char* name, const char* target) {
    return {name, {EntryKind::Symlink, base::digestOf(target)}, target};
  }
  std::string compare(const Content& first, const Content& second) {
    auto difference = test::get(exec::compareOutputs(*store, {{"same", file("x")}, {"out", first}},
                                                     {{"same", file("x")}, {"out", second}}));
    last = difference.value_or(ResultDifference());
    return difference ? difference->text() : "the same";
  }
  ResultDifference last;
};

} // namespace

TEST_CASE("bytes: the offset from 0, both values, and what is around") {
  Results results;
  CHECK(results.compare(results.file("abc"), results.file("abc")) == "the same");
  CHECK(results.compare(results.file("abc"), results.file("abd")) ==
        "`out` differs at offset 2: 0x63, then 0x64");
  CHECK(results.last.offset == 2);
  CHECK(results.last.first == "\"abc\"");
  CHECK(results.compare(results.file("abc"), results.file("ab")) ==
        "`out` differs at offset 2: 0x63, then its end");
  CHECK(results.compare(results.file(""), results.file(llvm::StringRef("\0", 1))) ==
        "`out` differs at offset 0: its end, then 0x00");
  CHECK(results.last.second == "\"\\x00\"");
  std::string before = std::string(100, 'a') + "\n\"1" + std::string(100, 'b');
  std::string after = std::string(100, 'a') + "\n\"2" + std::string(100, 'b');
  results.compare(results.file(before), results.file(after));
  CHECK(results.last.first ==
        "…\"" + std::string(22, 'a') + "\\n\\\"1" + std::string(23, 'b') + "\"…");
}

TEST_CASE("folders: the first path, with what differs there") {
  Results results;
  Content a = results.file("a"), b = results.file("b");
  Content tool = results.file("a", EntryKind::Executable);
  auto compare = [&](std::vector<cas::TreeEntry> first, std::vector<cas::TreeEntry> second) {
    return results.compare(results.tree(std::move(first)), results.tree(std::move(second)));
  };
  Content deep = results.tree({{"x", a, ""}}), deeper = results.tree({{"x", b, ""}});
  CHECK(compare({{"d", deep, ""}, {"e", a, ""}}, {{"d", deeper, ""}, {"e", b, ""}}) ==
        "`out/d/x` differs at offset 0: 0x61, then 0x62");
  CHECK(compare({{"e", a, ""}}, {{"e", tool, ""}}) == "`out/e` is executable only the second time");
  CHECK(compare({{"e", tool, ""}}, {{"e", a, ""}}) == "`out/e` is executable only the first time");
  CHECK(compare({{"e", a, ""}}, {}) == "`out/e` is there only the first time");
  CHECK(compare({}, {{"d", deep, ""}}) == "`out/d/x` is there only the second time");
  CHECK(compare({Results::link("l", "a")}, {Results::link("l", "b")}) ==
        "`out/l` leads to another place the second time");
  CHECK(compare({{"l", a, ""}}, {Results::link("l", "b")}) == "`out/l` is a file, then a link");
  CHECK(compare({{"d", a, ""}}, {{"d", deep, ""}}) == "`out/d` is a file, then a folder");
  CHECK(compare({{"d", deep, ""}}, {{"d", a, ""}}) == "`out/d` is a folder, then a file");
  Content empty = results.tree({});
  CHECK(compare({{"d", a, ""}}, {{"d", empty, ""}}) == "`out/d` is a file, then a folder");
  CHECK(compare({{"d", empty, ""}}, {{"d", a, ""}}) == "`out/d` is a folder, then a file");
}

TEST_CASE("content that is lost is an error that asks for it") {
  Results results;
  Content lost{EntryKind::File, base::digestOf("never stored")};
  auto compared = exec::compareContent(*results.store, results.file("a"), lost);
  REQUIRE_FALSE(bool(compared));
  CHECK(compared.errorIsA<cas::LostContent>());
  llvm::consumeError(compared.takeError());
}
