// Every file of the corpus through the functions that are fuzzed, in the normal build.
#include "tests/fuzz/targets.h"
#include "tests/fuzz/token_mutator.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace pipec::fuzz;

/// The modules below a folder of the repository, sorted.
static void addModules(const std::string& folder, std::vector<std::string>& paths) {
  std::error_code error;
  for (llvm::sys::fs::recursive_directory_iterator at(folder, error), end; at != end && !error;
       at.increment(error))
    if (at->type() == llvm::sys::fs::file_type::regular_file &&
        llvm::StringRef(at->path()).ends_with(".pipe"))
      paths.push_back(at->path());
  INFO(folder);
  REQUIRE_FALSE(error);
}

/// What `./dev fuzz` starts from.
static std::vector<std::string> corpus() {
  std::vector<std::string> paths;
  for (const char* folder : {"tests/fuzz/corpus", "tests/golden", "stdlib/std", "examples"})
    addModules(PIPEC_SOURCE_DIR "/" + std::string(folder), paths);
  std::sort(paths.begin(), paths.end());
  REQUIRE(paths.size() > 100);
  return paths;
}

static std::string contentOf(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  REQUIRE(buffer);
  return (*buffer)->getBuffer().str();
}

TEST_CASE("the corpus") {
  for (const std::string& path : corpus())
    for (const Target& target : targets()) {
      INFO(target.name.str() << ": " << path);
      target.run(contentOf(path));
      SUCCEED();
    }
}

TEST_CASE("a little of what the fuzzers do") {
  uint32_t seed = 0;
  for (const std::string& path : corpus()) {
    std::string program = contentOf(path);
    for (int round = 0; round < 3; ++round) {
      std::string changed = mutateTokens(program, ++seed);
      CHECK(changed == mutateTokens(program, seed));
      for (const Target& target : targets())
        target.run(changed);
    }
  }
}
