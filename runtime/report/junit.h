// What `build --junit` writes.
#pragma once

#include "runtime/report/test_results.h"

#include <string>

namespace pipec::report {

/// All tests of a build as one JUnit file, cached ones included: a suite for each. A test without
/// cases is one case, and so is whatever else failed, as an error: a reader of this file alone
/// never takes a failed build for a good one.
std::string junitOf(const TestResults& tests);

} // namespace pipec::report
