// Names, counts, and what several attempts say together.
#include "runtime/test_report/test_case.h"

#include "llvm/Support/ErrorHandling.h"

#include <map>
#include <tuple>

namespace pipec::test_report {

llvm::StringRef outcomeName(Outcome outcome) {
  switch (outcome) {
  case Outcome::Passed:
    return "passed";
  case Outcome::Failed:
    return "failed";
  case Outcome::Error:
    return "error";
  case Outcome::Skipped:
    return "skipped";
  case Outcome::Flaky:
    return "flaky";
  }
  llvm_unreachable("an outcome without a name");
}

std::optional<Outcome> outcomeOf(llvm::StringRef name) {
  for (Outcome outcome :
       {Outcome::Passed, Outcome::Failed, Outcome::Error, Outcome::Skipped, Outcome::Flaky})
    if (outcomeName(outcome) == name)
      return outcome;
  return std::nullopt;
}

bool isFailure(Outcome outcome) {
  return outcome == Outcome::Failed || outcome == Outcome::Error;
}

std::string TestCase::fullName() const {
  // CTest says the name twice; a collection error of pytest has no class.
  if (className.empty() || className == name)
    return name;
  return name.empty() ? className : className + "." + name;
}

void Counts::add(const TestCase& test) {
  passed += test.outcome == Outcome::Passed;
  failed += test.outcome == Outcome::Failed;
  errors += test.outcome == Outcome::Error;
  skipped += test.outcome == Outcome::Skipped;
  flaky += test.outcome == Outcome::Flaky;
}

Counts count(llvm::ArrayRef<TestCase> cases) {
  Counts counts;
  for (const TestCase& test : cases)
    counts.add(test);
  return counts;
}

/// What `earlier` adds to the same case of a later attempt.
static void addEarlier(TestCase& last, const TestCase& earlier) {
  bool failedOnce = isFailure(earlier.outcome) || earlier.outcome == Outcome::Flaky;
  if (!failedOnce || (last.outcome != Outcome::Passed && last.outcome != Outcome::Flaky))
    return;
  last.outcome = Outcome::Flaky;
  last.message = earlier.message;
  last.details = earlier.details;
  last.output = earlier.output;
}

std::vector<TestCase> merge(std::vector<std::vector<TestCase>> attempts) {
  if (attempts.empty())
    return {};
  std::vector<TestCase> merged = std::move(attempts.back());
  attempts.pop_back();
  // Equal names are told apart by their order.
  using Key = std::tuple<std::string, std::string, std::string, size_t>;
  using Seen = std::map<std::tuple<std::string, std::string, std::string>, size_t>;
  auto keyOf = [](const TestCase& test, Seen& seen) {
    size_t number = seen[{test.suite, test.className, test.name}]++;
    return Key(test.suite, test.className, test.name, number);
  };
  std::map<Key, size_t> places;
  Seen seen;
  for (size_t i = 0; i < merged.size(); ++i)
    places[keyOf(merged[i], seen)] = i;
  while (!attempts.empty()) {
    Seen earlierSeen;
    for (TestCase& test : attempts.back()) {
      auto [place, isNew] = places.try_emplace(keyOf(test, earlierSeen), merged.size());
      if (isNew)
        merged.push_back(std::move(test));
      else
        addEarlier(merged[place->second], test);
    }
    attempts.pop_back();
  }
  return merged;
}

} // namespace pipec::test_report
