// TestCase: what one test case of a report did.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipec::test_report {

enum class Outcome : uint8_t {
  Passed,
  Failed, ///< what it checks does not hold
  Error,  ///< it could not be run to its end
  Skipped,
  Flaky, ///< passed after it had failed
};
/// `passed`, `failed`, `error`, `skipped`, `flaky`, as the JSON documents have it.
llvm::StringRef outcomeName(Outcome outcome);
std::optional<Outcome> outcomeOf(llvm::StringRef name);
/// Failed or Error.
bool isFailure(Outcome outcome);

/// All text is UTF-8, and cut to the limits of junit_reader.h.
struct TestCase {
  std::string suite;     ///< the names of the suites around it, outermost first, joined by ` > `
  std::string className; ///< as the report has it; may be empty
  std::string name;
  Outcome outcome = Outcome::Passed;
  std::optional<int64_t> durationMs;
  std::string message; ///< one line: why it failed or was skipped
  std::string details; ///< of a case that failed, if only once: the stack trace, the comparison
  std::string output;  ///< of such a case: the end of what it printed

  /// `CLASS.NAME`, or what of it says something.
  std::string fullName() const;
  /// Whether both have the same names.
  bool isSameAs(const TestCase& other) const {
    return name == other.name && className == other.className && suite == other.suite;
  }
  bool operator==(const TestCase&) const = default;
};

struct Counts {
  uint64_t passed = 0;
  uint64_t failed = 0;
  uint64_t errors = 0;
  uint64_t skipped = 0;
  uint64_t flaky = 0;

  uint64_t all() const { return passed + failed + errors + skipped + flaky; }
  void add(const TestCase& test);
};
Counts count(llvm::ArrayRef<TestCase> cases);

/// The cases of a test that was tried several times: those of the last attempt, in its order, then
/// those that only earlier ones had. A case that passes in the end and failed before is flaky, with
/// the message of its failure.
std::vector<TestCase> merge(std::vector<std::vector<TestCase>> attempts);

} // namespace pipec::test_report
