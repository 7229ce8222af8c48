// The modules of the standard library parse, and are what the binary carries.
#include "parsed.h"

#include "stdlib/stdlib.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::parse;

TEST_CASE("every module of the library parses without a diagnostic") {
  REQUIRE(!stdlib::modules().empty());
  for (const stdlib::Module& module : stdlib::modules()) {
    INFO(module.path.str());
    Parsed parsed(module.text.str());
    CHECK(parsed.codes().empty());
    CHECK(!parsed.module.decls.empty());
  }
}

TEST_CASE("the embedded modules are the files, in order") {
  auto files = base::makeRealFileSystem();
  std::vector<std::string> paths;
  for (const stdlib::Module& module : stdlib::modules()) {
    std::string path = PIPEC_SOURCE_DIR "/stdlib/" + module.path.str();
    CHECK(module.text == llvm::cantFail(files->read(path)));
    paths.push_back(module.path.str());
  }
  CHECK(std::is_sorted(paths.begin(), paths.end()));
  size_t count = llvm::cantFail(files->list(PIPEC_SOURCE_DIR "/stdlib/std")).size();
  CHECK(paths.size() == count);
}
