// The driver of golden tests: tests/golden/<area>/<case>.pipe against the files beside it.
#include "areas.h"

#include "compiler/base/file_system.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <set>

using namespace pipec;

namespace {

constexpr llvm::StringLiteral Root = PIPEC_SOURCE_DIR "/tests/golden";

/// Rewrites all files beside the cases instead of comparing them.
bool updating() {
  const char* value = std::getenv("PIPEC_UPDATE_GOLDEN");
  return value && llvm::StringRef(value) == "1";
}

std::string folderOf(const golden::Area& area) {
  return (Root + "/" + area.name).str();
}

std::vector<std::string> filesIn(const std::string& folder) {
  std::vector<std::string> names;
  auto files = base::makeRealFileSystem();
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(folder)))
    if (entry.kind == base::FileKind::Regular)
      names.push_back(entry.name);
  return names;
}

std::vector<std::string> casesOf(const golden::Area& area) {
  std::vector<std::string> cases = filesIn(folderOf(area));
  llvm::erase_if(cases, [](llvm::StringRef name) { return !name.ends_with(".pipe"); });
  return cases;
}

/// nullopt if there is no such file.
std::optional<std::string> contentOf(const std::string& path) {
  auto files = base::makeRealFileSystem();
  if (!llvm::cantFail(files->status(path)))
    return std::nullopt;
  return llvm::cantFail(files->read(path));
}

std::string sidecarPath(const golden::Area& area, llvm::StringRef file, llvm::StringRef extension) {
  return folderOf(area) + "/" + llvm::sys::path::stem(file).str() + "." + extension.str();
}

/// The first line that differs, because a whole tree is too much to look at.
std::string firstDifference(llvm::StringRef expected, llvm::StringRef actual) {
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

void checkCase(const golden::Area& area, const std::string& file) {
  golden::Outcome outcome = area.run(folderOf(area), file);
  INFO(outcome.sidecars["diag"]);
  CHECK(outcome.failed == llvm::StringRef(file).starts_with("fail_"));
  for (const auto& [extension, text] : outcome.sidecars)
    checkSidecar(sidecarPath(area, file, extension), text);
}

} // namespace

// PIPEC_GOLDEN_CASE=<area>/<case> picks one: that is how ctest runs each as a case of its own.
TEST_CASE("golden cases") {
  const char* picked = std::getenv("PIPEC_GOLDEN_CASE");
  unsigned count = 0;
  for (const golden::Area& area : golden::areas())
    for (const std::string& file : casesOf(area)) {
      std::string name = area.name.str() + "/" + llvm::sys::path::stem(file).str();
      if (picked && name != picked)
        continue;
      ++count;
      DYNAMIC_SECTION(name) {
        checkCase(area, file);
      }
    }
  REQUIRE(count > 0);
}

TEST_CASE("golden folders hold cases and what belongs to them") {
  for (const golden::Area& area : golden::areas()) {
    std::vector<std::string> cases = casesOf(area);
    INFO(folderOf(area));
    CHECK(!cases.empty());
    std::set<std::string> stems;
    for (const std::string& file : cases)
      stems.insert(llvm::sys::path::stem(file).str());
    for (const std::string& file : filesIn(folderOf(area))) {
      INFO(file << " belongs to no case");
      CHECK(stems.count(llvm::sys::path::stem(file).str()) == 1);
      if (updating() && stems.count(llvm::sys::path::stem(file).str()) == 0)
        llvm::cantFail(base::removeTree(folderOf(area) + "/" + file));
    }
  }
}

TEST_CASE("every folder of golden tests is an area") {
  auto files = base::makeRealFileSystem();
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(Root)))
    if (entry.kind == base::FileKind::Directory)
      CHECK(llvm::any_of(golden::areas(),
                         [&](const golden::Area& area) { return entry.name == area.name; }));
}
