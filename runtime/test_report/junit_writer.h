// Test cases → one JUnit XML file.
#pragma once

#include "runtime/test_report/test_case.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pipec::test_report {

/// One test of a pipeline.
struct Suite {
  std::string name;
  int64_t started = 0; ///< milliseconds since the epoch; 0: it never ran
  int64_t durationMs = 0;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<TestCase> cases;
};

/// In the form that Jenkins' schema describes and other CI systems read: `testsuites`, a
/// `testsuite` for each, `properties` before the cases. Text that XML cannot have is replaced by
/// U+FFFD.
std::string writeJUnit(llvm::ArrayRef<Suite> suites);

} // namespace pipec::test_report
