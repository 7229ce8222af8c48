// Unified diffs.
#include "runtime/cli/unified_diff.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <catch2/catch.hpp>

#include <random>

using pipec::cli::unifiedDiff;

namespace {

using Lines = llvm::SmallVector<llvm::StringRef, 16>;

Lines linesOf(llvm::StringRef text) {
  Lines lines;
  text.split(lines, '\n');
  lines.pop_back(); // behind the last line end
  return lines;
}

/// What `patch` makes of `before`.
std::string patched(llvm::StringRef before, llvm::StringRef diff) {
  Lines old = linesOf(before);
  std::string result;
  size_t next = 0;
  auto take = [&] { result += old[next++].str() + "\n"; };
  Lines hunks = linesOf(diff);
  for (llvm::StringRef line : llvm::drop_begin(hunks, 2)) {
    size_t begin = 0, count = 0;
    llvm::StringRef header = line;
    if (header.consume_front("@@ -")) {
      REQUIRE(!header.consumeInteger(10, begin));
      REQUIRE(header.consume_front(","));
      REQUIRE(!header.consumeInteger(10, count));
      while (next + 1 < begin + (count == 0))
        take();
    } else if (line.starts_with("+")) {
      result += line.drop_front().str() + "\n";
    } else {
      REQUIRE(next < old.size());
      REQUIRE(old[next] == line.drop_front());
      line.starts_with("-") ? static_cast<void>(++next) : take();
    }
  }
  while (next < old.size())
    take();
  return result;
}

} // namespace

TEST_CASE("equal texts have no difference") {
  CHECK(unifiedDiff("x", "", "") == "");
  CHECK(unifiedDiff("x", "a\nb\n", "a\nb\n") == "");
}

TEST_CASE("a difference is shown as diff -u shows it") {
  CHECK(unifiedDiff("ci/x.pipe", "1\n2\n3\n4\nold\n6\n7\n8\n", "1\n2\n3\n4\nnew\n6\n7\n8\n") ==
        "--- ci/x.pipe\n+++ ci/x.pipe\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-old\n+new\n 6\n 7\n 8\n");
  CHECK(unifiedDiff("x", "a\n", "a\nb\n") == "--- x\n+++ x\n@@ -1,1 +1,2 @@\n a\n+b\n");
}

TEST_CASE("a last line without an end is told") {
  CHECK(unifiedDiff("x", "a", "b\n") ==
        "--- x\n+++ x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n");
}

TEST_CASE("a difference is enough to make the new text of the old one") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string before, after;
    for (size_t line = 0, count = 1 + random() % 60; line < count; ++line) {
      std::string text = "line " + std::to_string(random() % 20) + "\n";
      before += random() % 12 == 0 ? "" : text;
      after += random() % 12 == 0 ? "other\n" : random() % 12 == 0 ? "" : text;
    }
    if (before.empty() || before == after)
      continue;
    std::string diff = unifiedDiff("x", before, after);
    INFO(before << "---\n" << after << "---\n" << diff);
    CHECK(patched(before, diff) == after);
  }
}
