// Suggestions.
#include "compiler/diagnostics/diagnostic.h"

#include <catch2/catch.hpp>

using pipec::diagnostics::closestName;

static llvm::StringRef closest(llvm::StringRef name, std::vector<llvm::StringRef> candidates) {
  return closestName(name, candidates);
}

TEST_CASE("a name with up to two edits is suggested") {
  CHECK(closest("timout", {"image", "timeout"}) == "timeout");
  CHECK(closest("timeoutt", {"timeout"}) == "timeout");
  CHECK(closest("timeuot", {"timeout"}) == "timeout");
  CHECK(closest("tmieuot", {"timeout"}) == "timeout");
  CHECK(closest("requirments", {"requirements"}) == "requirements");
}

TEST_CASE("neighbours that are swapped count as one edit") {
  CHECK(closest("scr", {"src"}) == "src");
  CHECK(closest("acr", {"src"}) == "");
}

TEST_CASE("the closest wins, and the first of equals") {
  CHECK(closest("tests", {"text", "test"}) == "test");
  CHECK(closest("bat", {"cat", "hat"}) == "cat");
}

TEST_CASE("what is too far away, or the name itself, is no suggestion") {
  CHECK(closest("nodejs", {"node"}) == "node");
  CHECK(closest("nothing", {"image", "timeout"}) == "");
  CHECK(closest("image", {"image"}) == "");
  CHECK(closest("x", {"y"}) == "");
  CHECK(closest("", {"a"}) == "");
  CHECK(closest("abc", {}) == "");
}

TEST_CASE("whole words at the end may be too many or missing") {
  CHECK(closest("tree_of", {"text", "tree"}) == "tree");
  CHECK(closest("run", {"run_script"}) == "run_script");
  CHECK(closest("treeing", {"tree"}) == "");
  CHECK(closest("in_xyz", {"in"}) == "");
}
