// Every file of the corpus through the functions that are fuzzed, in the normal build.
#include "tests/fuzz/targets.h"
#include "tests/fuzz/token_mutator.h"
#include "tests/support/random.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace pipec::fuzz;

/// The files below a folder of the repository whose names end so, unsorted.
static void addFiles(const std::string& folder, llvm::StringRef end,
                     std::vector<std::string>& paths) {
  std::error_code error;
  for (llvm::sys::fs::recursive_directory_iterator at(folder, error), last; at != last && !error;
       at.increment(error))
    if (at->type() == llvm::sys::fs::file_type::regular_file &&
        llvm::StringRef(at->path()).ends_with(end))
      paths.push_back(at->path());
  INFO(folder);
  REQUIRE_FALSE(error);
}

/// What `./dev fuzz` starts from.
static std::vector<std::string> corpusOf(const Target& target) {
  std::vector<std::string> paths;
  std::string repository = PIPEC_SOURCE_DIR "/";
  if (target.readsPrograms)
    for (const char* folder : {"tests/fuzz/corpus", "tests/golden", "stdlib/std", "examples"})
      addFiles(repository + folder, ".pipe", paths);
  else
    addFiles(repository + "tests/fuzz/corpus/" + target.name.str(), "", paths);
  std::sort(paths.begin(), paths.end());
  REQUIRE(paths.size() > (target.readsPrograms ? 100 : 5));
  return paths;
}

static std::string contentOf(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  REQUIRE(buffer);
  return (*buffer)->getBuffer().str();
}

/// Some bytes are others, come or go; the first line stays.
static std::string mutateBytes(std::string bytes, uint32_t seed) {
  pipec::test::Random random(seed);
  size_t first = bytes.find('\n') + 1;
  for (size_t edits = 1 + random.below(4); edits > 0 && bytes.size() > first; --edits) {
    size_t at = first + random.below(bytes.size() - first);
    switch (random.below(4)) {
    case 0:
      bytes[at] = static_cast<char>(random.below(256));
      break;
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
      break;
    case 2:
      bytes.erase(at, 1 + random.below(16));
      break;
    default:
      bytes.insert(at, bytes.substr(first + random.below(bytes.size() - first), random.below(600)));
    }
  }
  return bytes;
}

TEST_CASE("the corpus") {
  for (const Target& target : targets())
    for (const std::string& path : corpusOf(target)) {
      INFO(target.name.str() << ": " << path);
      target.run(contentOf(path));
      SUCCEED();
    }
}

TEST_CASE("a little of what the fuzzers do") {
  for (const Target& target : targets()) {
    uint32_t seed = 0;
    auto* mutate =
        target.readsPrograms
            ? +[](const std::string& text, uint32_t one) { return mutateTokens(text, one); }
            : +[](const std::string& text, uint32_t one) { return mutateBytes(text, one); };
    int rounds = target.readsPrograms ? 3 : 100;
    for (const std::string& path : corpusOf(target)) {
      std::string content = contentOf(path);
      for (int round = 0; round < rounds; ++round) {
        std::string changed = mutate(content, ++seed);
        CHECK(changed == mutate(content, seed));
        target.run(changed);
      }
    }
  }
}
