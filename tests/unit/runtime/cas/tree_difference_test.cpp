// Comparing trees of the store.
#include "runtime/cas/tree_difference.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <map>

using namespace pipec;
using test::get;

namespace {

struct Trees {
  base::Digest tree(const std::map<std::string, std::string>& files) {
    std::string path = folder / std::to_string(++count);
    test::check(base::makeDirectories(path));
    for (const auto& [name, content] : files) {
      if (content == "/")
        test::check(base::makeDirectories(path + "/" + name));
      else
        test::writeFile(path + "/" + name, content);
    }
    return get(store->putPath(path)).digest;
  }
  std::vector<std::string> between(const std::map<std::string, std::string>& before,
                                   const std::map<std::string, std::string>& after) {
    auto found = get(cas::compareTrees(*store, tree(before), tree(after)));
    REQUIRE(found);
    std::vector<std::string> texts;
    for (const cas::FileDifference& file : *found)
      texts.push_back((!file.before ? "+" : !file.after ? "-" : "!") + file.path);
    return texts;
  }

  test::TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "cas"));
  int count = 0;
};
using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("added, removed and changed files are found, however deep") {
  Trees trees;
  CHECK(trees.between({{"a", "1"}, {"d/b", "1"}, {"d/e/c", "1"}, {"z", "1"}},
                      {{"a", "1"}, {"d/b", "2"}, {"d/e/n", "1"}, {"z", "1"}}) ==
        Texts{"!d/b", "-d/e/c", "+d/e/n"});
  CHECK(trees.between({{"a", "1"}}, {{"a", "1"}}).empty());
}

TEST_CASE("a file that became a folder is both") {
  Trees trees;
  CHECK(trees.between({{"x", "1"}}, {{"x/y", "1"}}) == Texts{"-x", "+x/y"});
}

TEST_CASE("an empty folder is a difference of its own") {
  Trees trees;
  CHECK(trees.between({{"a", "1"}}, {{"a", "1"}, {"empty", "/"}}) == Texts{"+empty"});
  CHECK(trees.between({{"a", "1"}, {"empty", "/"}}, {{"a", "1"}}) == Texts{"-empty"});
}

TEST_CASE("what is no longer stored is not compared") {
  Trees trees;
  base::Digest here = trees.tree({{"a", "1"}});
  CHECK_FALSE(get(cas::compareTrees(*trees.store, base::digestOf("gone"), here)));
}
