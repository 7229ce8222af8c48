// Test cases as bytes.
#pragma once

#include "runtime/test_report/report_folder.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace pipec::history {

/// In two parts, because a test that runs again mostly has the same cases.
struct EncodedRun {
  std::string names;
  std::string results;
};
EncodedRun encodeRun(const test_report::FolderReport& report);

/// Fails on anything encodeRun did not write.
llvm::Expected<test_report::FolderReport> decodeRun(llvm::StringRef names, llvm::StringRef results);

} // namespace pipec::history
