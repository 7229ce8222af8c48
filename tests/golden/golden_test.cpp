// The driver of golden tests: tests/golden/<area>/<case>.pipe against the files beside it.
#include "areas.h"
#include "golden_files.h"

#include "compiler/base/file_system.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <set>

using namespace pipec;
using golden::filesIn;
using golden::Root;

namespace {

std::string folderOf(const golden::Area& area) {
  return (Root + "/" + area.name).str();
}

std::vector<std::string> casesOf(const golden::Area& area) {
  std::vector<std::string> cases = filesIn(folderOf(area));
  llvm::erase_if(cases, [](llvm::StringRef name) { return !name.ends_with(".pipe"); });
  return cases;
}

std::string sidecarPath(const golden::Area& area, llvm::StringRef file, llvm::StringRef extension) {
  return folderOf(area) + "/" + llvm::sys::path::stem(file).str() + "." + extension.str();
}

void checkCase(const golden::Area& area, const std::string& file) {
  golden::Outcome outcome = area.run(folderOf(area), file);
  INFO(outcome.sidecars["diag"]);
  CHECK(outcome.failed == llvm::StringRef(file).starts_with("fail_"));
  for (const auto& [extension, text] : outcome.sidecars)
    golden::checkSidecar(sidecarPath(area, file, extension), text);
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
      if (golden::updating() && stems.count(llvm::sys::path::stem(file).str()) == 0)
        llvm::cantFail(base::removeTree(folderOf(area) + "/" + file));
    }
  }
}

TEST_CASE("every folder of golden tests is an area") {
  auto files = base::makeRealFileSystem();
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(Root)))
    if (entry.kind == base::FileKind::Directory && entry.name != golden::PagesFolder)
      CHECK(llvm::any_of(golden::areas(),
                         [&](const golden::Area& area) { return entry.name == area.name; }));
}
