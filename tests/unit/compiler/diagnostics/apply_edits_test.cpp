// Edits of fixes.
#include "compiler/diagnostics/apply_edits.h"

#include <catch2/catch.hpp>

using namespace pipec::diagnostics;

static Edit edit(uint32_t begin, uint32_t end, std::string text) {
  return {{SourceFileId{0}, begin, end}, std::move(text)};
}

TEST_CASE("edits are made at the places of the old text") {
  CHECK(applyEdits("let a = b", {edit(4, 5, "long"), edit(8, 9, "c")}) == "let long = c");
  CHECK(applyEdits("let a = b", {edit(8, 9, "c"), edit(4, 5, "long")}) == "let long = c");
  CHECK(applyEdits("ab", {edit(1, 1, "-")}) == "a-b");
  CHECK(applyEdits("", {edit(0, 0, "x")}) == "x");
}

TEST_CASE("a removal that leaves an empty line removes the line") {
  CHECK(applyEdits("a\n  }\nb\n", {edit(4, 5, "")}) == "a\nb\n");
  CHECK(applyEdits("a }\nb\n", {edit(2, 3, "")}) == "a \nb\n");
  CHECK(applyEdits("a\n}", {edit(2, 3, "")}) == "a\n");
}

TEST_CASE("edits overlap if their order would matter") {
  CHECK(overlaps(edit(1, 3, ""), edit(2, 4, "")));
  CHECK(overlaps(edit(1, 1, "a"), edit(1, 1, "b")));
  CHECK(overlaps(edit(1, 3, ""), edit(1, 1, "b")));
  CHECK(!overlaps(edit(1, 2, ""), edit(2, 3, "")));
  Edit elsewhere = edit(1, 3, "");
  elsewhere.range.file = SourceFileId{1};
  CHECK(!overlaps(edit(1, 3, ""), elsewhere));
}
