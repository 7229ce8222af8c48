// Sidecar files of golden tests.
#include "golden_files.h"

#include "compiler/base/file_system.h"

#include "llvm/Support/Error.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <optional>

namespace pipec::golden {

bool updating() {
  const char* value = std::getenv("PIPEC_UPDATE_GOLDEN");
  return value && llvm::StringRef(value) == "1";
}

std::vector<std::string> filesIn(const std::string& folder) {
  std::vector<std::string> names;
  auto files = base::makeRealFileSystem();
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(folder)))
    if (entry.kind == base::FileKind::Regular)
      names.push_back(entry.name);
  return names;
}

/// nullopt if there is no such file.
static std::optional<std::string> contentOf(const std::string& path) {
  auto files = base::makeRealFileSystem();
  if (!llvm::cantFail(files->status(path)))
    return std::nullopt;
  return llvm::cantFail(files->read(path));
}

/// The first line that differs, because a whole tree is too much to look at.
static std::string firstDifference(llvm::StringRef expected, llvm::StringRef actual) {
  unsigned line = 1;
  while (!expected.empty() || !actual.empty()) {
    auto [expectedLine, expectedRest] = expected.split('\n');
    auto [actualLine, actualRest] = actual.split('\n');
    if (expectedLine != actualLine)
      return ("line " + llvm::Twine(line) + "\n  expected: " + expectedLine +
              "\n  actual:   " + actualLine)
          .str();
    expected = expectedRest;
    actual = actualRest;
    ++line;
  }
  return "the last line end";
}

void checkSidecar(const std::string& path, const std::string& actual) {
  if (updating()) {
    llvm::cantFail(actual.empty() ? base::removeTree(path)
                                  : base::writeFileAtomically(path, actual));
    return;
  }
  std::optional<std::string> expected = contentOf(path);
  INFO("PIPEC_UPDATE_GOLDEN=1 rewrites " << path);
  if (actual.empty()) {
    CHECK(!expected);
    return;
  }
  REQUIRE(expected);
  if (*expected != actual)
    FAIL_CHECK(firstDifference(*expected, actual));
}

} // namespace pipec::golden
