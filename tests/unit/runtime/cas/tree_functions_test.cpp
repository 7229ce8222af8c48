// Trees as values: the meaning of `.file .sub .select tree(…)`.
#include "stores.h"
#include "tests/support/digests.h"

using namespace pipec;
using namespace pipec::test;
using cas::Content;
using cas::EntryKind;
using cas::Placement;

namespace {

using Files = std::map<std::string, std::string>;

struct Store {
  TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "store"));

  Content tree(const Files& files) { return {EntryKind::Directory, treeOf(*store, files)}; }
  Content file(const std::string& bytes) { return fileOf(*store, bytes); }
  Files compose(std::vector<Placement> placements) {
    return filesOf(*store, get(cas::compose(*store, std::move(placements))));
  }
  std::pair<base::ErrorCategory, std::string> refuse(std::vector<Placement> placements) {
    auto composed = cas::compose(*store, std::move(placements));
    REQUIRE_FALSE(bool(composed));
    return base::describe(composed.takeError());
  }
};

} // namespace

TEST_CASE_METHOD(Store, "a tree is composed from parts") {
  CHECK(compose({}).empty());
  CHECK(compose({{"a", file("1")}, {"b/c", file("2")}}) == Files{{"a", "1"}, {"b/c", "2"}});
  Content source = tree({{"x", "1"}, {"dist/old", "2"}, {"lib/y", "3"}});
  Content app = tree({{"new", "4"}});
  CHECK(compose({{".", source}}) == Files{{"x", "1"}, {"dist/old", "2"}, {"lib/y", "3"}});
  CHECK(get(cas::compose(*store, {{".", source}})) == source.digest);
  // A longer path replaces what a shorter one has there; folders are not merged.
  CHECK(compose({{".", source}, {"dist", app}}) ==
        Files{{"x", "1"}, {"dist/new", "4"}, {"lib/y", "3"}});
  CHECK(compose({{"dist", app}, {".", source}}) ==
        Files{{"x", "1"}, {"dist/new", "4"}, {"lib/y", "3"}});
  CHECK(compose({{".", source}, {"lib/y", file("5")}}) ==
        Files{{"x", "1"}, {"dist/old", "2"}, {"lib/y", "5"}});
  CHECK(compose({{".", source}, {"lib", file("6")}}) ==
        Files{{"x", "1"}, {"dist/old", "2"}, {"lib", "6"}});
  CHECK(compose({{".", source}, {"x", app}}) ==
        Files{{"x/new", "4"}, {"dist/old", "2"}, {"lib/y", "3"}});
  CHECK(compose({{"a", source}, {"a/lib/z", file("7")}, {"a/lib", app}}) ==
        Files{{"a/x", "1"}, {"a/dist/old", "2"}, {"a/lib/new", "4"}, {"a/lib/z", "7"}});
  CHECK(compose({{"l", fileOf(*store, "x", EntryKind::Symlink)}}) == Files{{"l", "->x"}});
}

TEST_CASE_METHOD(Store, "paths of a composition are read as paths") {
  CHECK(compose({{"./a//b/", file("1")}}) == Files{{"a/b", "1"}});
  CHECK(compose({{"a b\n-\xc3\xbc", file("1")}}) == Files{{"a b\n-\xc3\xbc", "1"}});
}

TEST_CASE_METHOD(Store, "compositions without a meaning are usage errors") {
  Content one = file("1");
  for (const auto& [placements, wanted] :
       std::vector<std::pair<std::vector<Placement>, std::string>>{
           {{{"a", one}, {"a", one}}, "two entries for `a`"},
           {{{"a/b", one}, {"./a//b", one}}, "two entries for `./a//b`"},
           {{{".", tree({})}, {"./", tree({})}}, "two entries"},
           {{{".", one}}, "root of a tree is a folder"},
           {{{"a", one}, {"a/b", one}}, "`a/b` lies below `a`"},
           {{{".", tree({{"a", "2"}})}, {"a/b", one}}, "`a/b` lies below `a`"},
           {{{".", tree({{"a", "->elsewhere"}})}, {"a/b", one}}, "`a/b` lies below `a`"},
           {{{"", one}}, "not a relative path"},
           {{{"/a", one}}, "not a relative path"},
           {{{"a/../../b", one}}, "leaves the tree"},
           {{{std::string(300, 'n'), one}}, "cannot be the name"},
           {{{"caf\xe9", one}}, "caf\\xE9"},
           {{{std::string("a\0b", 3), one}}, "cannot be the name"},
           {{{std::string(5000, '/') + "a", one}}, "not a relative path"},
       }) {
    auto [category, text] = refuse(placements);
    INFO(text);
    CHECK(category == base::ErrorCategory::Usage);
    CHECK(text.find(wanted) != std::string::npos);
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i)
    deep += "d/";
  CHECK(refuse({{deep, one}}).second.find("too long") != std::string::npos);
}

TEST_CASE_METHOD(Store, "a composition of content that is gone is the world's fault") {
  auto [category, text] =
      refuse({{".", {EntryKind::Directory, test::sampleDigest(1)}}, {"a", file("1")}});
  CHECK(category == base::ErrorCategory::World);
  CHECK(text.find("no longer in the content store") != std::string::npos);
}

TEST_CASE_METHOD(Store, "a path is looked up") {
  Content whole = tree({{"a/b/c", "1"}, {"run", "x:2"}, {"e/", ""}});
  auto look = [&](const std::string& path) { return get(cas::lookUp(*store, whole.digest, path)); };
  CHECK(look(".") == whole);
  CHECK(look("a/b/c") == file("1"));
  CHECK(look("./a//b/c") == file("1"));
  CHECK(look("run")->kind == EntryKind::Executable);
  CHECK(look("a/b") == tree({{"c", "1"}}));
  CHECK(look("e") == tree({}));
  for (const char* nothing : {"x", "a/x", "a/b/c/d", "run/x", "..", "a/../..", "A"})
    CHECK_FALSE(look(nothing));
  CHECK_FALSE(get(cas::lookUp(*store, test::sampleDigest(5), "a")));
}

TEST_CASE_METHOD(Store, "links are followed inside the tree") {
  Content whole = tree({{"bin/tool", "->../lib/tool.js"},
                        {"lib/tool.js", "1"},
                        {"latest", "->lib"},
                        {"self", "->self"},
                        {"round/a", "->b"},
                        {"round/b", "->../round/a"},
                        {"out", "->../etc/passwd"},
                        {"absolute", "->/lib/tool.js"},
                        {"dangling", "->nowhere"},
                        {"up", "->lib/.."}});
  auto look = [&](const std::string& path) { return get(cas::lookUp(*store, whole.digest, path)); };
  CHECK(look("bin/tool") == file("1"));
  CHECK(look("latest/tool.js") == file("1"));
  CHECK(look("latest")->kind == EntryKind::Directory);
  CHECK(look("up/up/up/lib/tool.js") == file("1"));
  for (const char* nothing : {"out", "absolute", "dangling"})
    CHECK_FALSE(look(nothing));
  for (const char* cycle : {"self", "round/a", "round/b/x"}) {
    auto result = cas::lookUp(*store, whole.digest, cycle);
    REQUIRE_FALSE(bool(result));
    auto [category, text] = base::describe(result.takeError());
    CHECK(category == base::ErrorCategory::Usage);
    CHECK(text.find("cycle") != std::string::npos);
  }
}

TEST_CASE_METHOD(Store, "a filter keeps files and the folders that lead there") {
  Content whole = tree({{"a.c", "1"},
                        {"a.h", "2"},
                        {"sub/b.c", "3"},
                        {"sub/deep/c.h", "4"},
                        {"empty/", ""},
                        {"link.c", "->a.c"}});
  std::vector<std::string> entered;
  auto select = [&](auto keep) {
    entered.clear();
    auto digest = get(cas::filter(*store, whole.digest, keep, [&](llvm::StringRef folder) {
      entered.push_back(folder.str());
      return folder != "sub/deep";
    }));
    return *digest;
  };
  auto sources = select([](llvm::StringRef path) { return path.ends_with(".c"); });
  CHECK(sources == tree({{"a.c", "1"}, {"sub/b.c", "3"}, {"link.c", "->a.c"}}).digest);
  CHECK(entered == std::vector<std::string>{"empty", "sub", "sub/deep"});
  CHECK(select([](llvm::StringRef) { return false; }) == tree({}).digest);
  auto gone = cas::filter(
      *store, test::sampleDigest(6), [](llvm::StringRef) { return true; },
      [](llvm::StringRef) { return true; });
  CHECK_FALSE(get(std::move(gone)));
}

TEST_CASE_METHOD(Store, "files are listed in the order of their paths' bytes") {
  Content whole =
      tree({{"a/z", "1"}, {"a.b", "2"}, {"a0", "3"}, {"B", "x:4"}, {"e/", ""}, {"l", "->a.b"}});
  std::vector<std::string> paths;
  for (const auto& [path, entry] : get(cas::listFiles(*store, whole.digest)))
    paths.push_back(path);
  CHECK(paths == std::vector<std::string>{"B", "a.b", "a/z", "a0", "l"});
}

TEST_CASE_METHOD(Store, "equal content has equal digests however it was made") {
  Content first = tree({{"a/b", "1"}, {"c", "x:2"}});
  std::string source = folder / "source";
  writeFile(source + "/a/b", "1");
  writeFile(source + "/c", "2", 0711);
  CHECK(get(store->putPath(source)) == first);
  CHECK(get(cas::compose(*store, {{"c", fileOf(*store, "2", EntryKind::Executable)},
                                  {"a", tree({{"b", "1"}})}})) == first.digest);
}
