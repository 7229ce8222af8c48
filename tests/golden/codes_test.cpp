// Every diagnostic that a phase can give is shown by a golden test of its area.
#include "compiler/base/file_system.h"
#include "compiler/diagnostics/codes.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <catch2/catch.hpp>

using namespace pipec;
using diagnostics::Code;
using diagnostics::Severity;

namespace {

constexpr Code ParserCodes[] = {Code::E0001, Code::E0002, Code::E0003, Code::E0004, Code::E0005,
                                Code::E0006, Code::E0007, Code::E0008, Code::E0009, Code::E0010,
                                Code::E0011, Code::E0101, Code::E0102, Code::E0103, Code::E0104,
                                Code::E0105, Code::E0106, Code::E0107, Code::E0108, Code::E0109,
                                Code::E0203, Code::E0207};

/// E0110 needs the signature of what is called, so it is not the parser's.
constexpr Code CheckerCodes[] = {
    Code::E0110, Code::E0201, Code::E0202, Code::E0204, Code::E0205, Code::E0206, Code::E0208,
    Code::E0209, Code::E0210, Code::E0211, Code::E0301, Code::E0302, Code::E0303, Code::E0304,
    Code::E0305, Code::E0306, Code::E0307, Code::E0308, Code::E0309, Code::E0310, Code::E0401,
    Code::E0402, Code::E0403, Code::E0404, Code::E0405, Code::E0406, Code::E0407, Code::E0408,
    Code::E0409, Code::E0410, Code::E0411, Code::E0412, Code::E0413, Code::E0414, Code::E0415,
    Code::E0416, Code::E0501, Code::E0502, Code::E0503, Code::E0504, Code::E0505, Code::E0601,
    Code::E0602, Code::E0603, Code::E0604, Code::E0605, Code::E0608, Code::E0609, Code::E0801,
    Code::E0802, Code::E0803, Code::E0804, Code::W0901, Code::W0903, Code::W0904, Code::W0905,
    Code::W0906, Code::W0907};

constexpr Code LoweringCodes[] = {Code::E0211, Code::E0401, Code::E0408, Code::E0416, Code::E0501,
                                  Code::E0606, Code::E0609, Code::E0610, Code::E0701, Code::E0702,
                                  Code::E0703, Code::E0704, Code::E0705, Code::E0706, Code::E0707,
                                  Code::E0708, Code::E0709, Code::E0803, Code::E0804, Code::W0902};

/// pipe.lock is one for all cases of an area, so these are shown by their pages alone.
constexpr Code LockCodes[] = {Code::E0212, Code::E0213};

void checkShown(const std::string& area, llvm::ArrayRef<Code> codes) {
  std::string folder = PIPEC_SOURCE_DIR "/tests/golden/" + area;
  auto files = base::makeRealFileSystem();
  std::string all;
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(folder)))
    if (llvm::StringRef(entry.name).ends_with(".diag"))
      all += llvm::cantFail(files->read(folder + "/" + entry.name));
  for (Code code : codes) {
    std::string severity = severityOf(code) == Severity::Error ? "error[" : "warning[";
    std::string shown = severity + diagnostics::codeName(code).str() + "]";
    INFO("no case in " << folder << " shows " << shown);
    CHECK(llvm::StringRef(all).contains(shown));
  }
}

} // namespace

TEST_CASE("every code is one of a phase") {
  std::vector<Code> known;
  for (llvm::ArrayRef<Code> codes :
       {llvm::ArrayRef<Code>(ParserCodes), {CheckerCodes}, {LoweringCodes}, {LockCodes}})
    known.insert(known.end(), codes.begin(), codes.end());
  for (size_t index = 0; index < diagnostics::codeCount(); ++index) {
    INFO(diagnostics::codeName(static_cast<Code>(index)).str());
    CHECK(llvm::is_contained(known, static_cast<Code>(index)));
  }
}

TEST_CASE("every code of the parser has a golden") {
  checkShown("parse", ParserCodes);
}

TEST_CASE("every code of the checker has a golden") {
  checkShown("sema", CheckerCodes);
}

TEST_CASE("every code of lowering has a golden") {
  checkShown("lower", LoweringCodes);
}

TEST_CASE("every code about pipe.lock has a golden") {
  checkShown("pages", LockCodes);
}
