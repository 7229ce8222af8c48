// Every program of the repository: formatting changes no tree, loses no comment, and is stable.
#include "formatted.h"

#include "compiler/base/file_system.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::format;

namespace {

void addPrograms(const std::string& folder, std::vector<std::string>& paths) {
  auto files = base::makeRealFileSystem();
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(folder))) {
    std::string path = folder + "/" + entry.name;
    if (entry.kind == base::FileKind::Directory)
      addPrograms(path, paths);
    else if (llvm::StringRef(entry.name).ends_with(".pipe"))
      paths.push_back(path);
  }
}

std::vector<std::string> programsBelow(llvm::ArrayRef<const char*> folders) {
  std::vector<std::string> paths;
  for (const char* folder : folders)
    addPrograms(std::string(PIPEC_SOURCE_DIR "/") + folder, paths);
  return paths;
}

std::string contentOf(const std::string& path) {
  return llvm::cantFail(base::makeRealFileSystem()->read(path));
}

} // namespace

TEST_CASE("every program of the repository stays what it is") {
  unsigned checked = 0;
  for (const std::string& path : programsBelow({"tests/golden", "stdlib", "examples"})) {
    std::string text = contentOf(path);
    if (!formatted(text))
      continue; // a case about syntax errors
    ++checked;
    INFO(path);
    CHECK(problemOf(text) == "");
  }
  CHECK(checked > 100);
}

TEST_CASE("the library and the examples are formatted") {
  std::vector<std::string> paths = programsBelow({"stdlib", "examples"});
  REQUIRE(paths.size() > 5);
  for (const std::string& path : paths) {
    std::string text = contentOf(path);
    INFO("`pipec fmt stdlib examples` formats " << path);
    CHECK((formatted(text) == text));
  }
}
