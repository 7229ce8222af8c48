// Every diagnostic that the parser can give is shown by a golden test.
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/codes.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <catch2/catch.hpp>

using namespace pipec;
using diagnostics::Code;

namespace {

/// E0110 is missing: it needs the signature of what is called, so it is not the parser's.
constexpr Code ParserCodes[] = {
    Code::E0001, Code::E0002, Code::E0003, Code::E0004, Code::E0005, Code::E0006, Code::E0007,
    Code::E0008, Code::E0009, Code::E0010, Code::E0011, Code::E0101, Code::E0102, Code::E0103,
    Code::E0104, Code::E0105, Code::E0106, Code::E0107, Code::E0108, Code::E0109, Code::E0203,
    Code::E0207};

} // namespace

TEST_CASE("every code of the parser has a golden") {
  std::string folder = PIPEC_SOURCE_DIR "/tests/golden/parse";
  auto files = base::makeRealFileSystem();
  std::string all;
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(folder)))
    if (llvm::StringRef(entry.name).ends_with(".diag"))
      all += llvm::cantFail(files->read(folder + "/" + entry.name));
  for (Code code : ParserCodes) {
    std::string shown = "error[" + diagnostics::codeName(code).str() + "]";
    INFO("no case in " << folder << " shows " << shown);
    CHECK(llvm::StringRef(all).contains(shown));
  }
}
