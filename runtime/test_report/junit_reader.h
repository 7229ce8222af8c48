// Reading JUnit XML, in the dialects that are around.
#pragma once

#include "runtime/test_report/test_case.h"

#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <string>
#include <vector>

namespace pipec::test_report {

/// What is longer is cut, with `…` for the rest; what is more is a problem of the file.
inline constexpr size_t MaxName = 1024;
inline constexpr size_t MaxMessage = 1024;
inline constexpr size_t MaxDetails = 8 * 1024;
inline constexpr size_t MaxOutput = 4 * 1024; ///< the end is kept
inline constexpr size_t MaxCases = 200'000;
inline constexpr size_t MaxDepth = 100;

struct ParsedReport {
  std::vector<TestCase> cases; ///< with a problem: those before it
  /// Why the file cannot be read (to the end), as half a sentence with its line; empty: it can.
  std::string problem;
  /// It was read, but something in it is no text that XML allows, and was replaced (xml_text.h).
  bool wasReplaced = false;
  /// The root is `testsuites` or `testsuite`; else the file is something else, which is no problem.
  bool isReport = false;
};

/// Of Maven Surefire, pytest, GoogleTest, go-junit-report, jest-junit, CTest and their kin: suites
/// in suites, `failure`, `error`, `skipped`, `rerunFailure`, `flakyFailure` and so on, and what was
/// printed. A document type is refused: that is where entities come from, and no tool writes one.
ParsedReport readJUnit(llvm::StringRef xml);

} // namespace pipec::test_report
