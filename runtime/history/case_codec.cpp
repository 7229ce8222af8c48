// Names: of each case suite, class and name, the first two as 0 where they are those of the case
// before, else 1 and the text. Results: the problems of the report; then of each case its outcome
// (as text), the duration + 1 in milliseconds (0: not known), and whether there is more: 1, then
// message, details and output. Pieces are those of node_codec.h.
#include "runtime/history/case_codec.h"

#include "compiler/base/error.h"
#include "runtime/history/node_codec.h"

namespace pipec::history {

using test_report::FolderReport;
using test_report::TestCase;

static void putChanged(std::string& bytes, const std::string& text, const std::string& before) {
  putNumber(bytes, text != before);
  if (text != before)
    putText(bytes, text);
}

EncodedRun encodeRun(const FolderReport& report) {
  EncodedRun run;
  putNumber(run.results, report.problems.size());
  for (const std::string& problem : report.problems)
    putText(run.results, problem);
  static const TestCase first;
  const TestCase* before = &first;
  for (const TestCase& test : report.cases) {
    putChanged(run.names, test.suite, before->suite);
    putChanged(run.names, test.className, before->className);
    putText(run.names, test.name);
    before = &test;
    putText(run.results, test_report::outcomeName(test.outcome));
    putNumber(run.results, test.durationMs ? static_cast<uint64_t>(*test.durationMs) + 1 : 0);
    bool hasMore = !test.message.empty() || !test.details.empty() || !test.output.empty();
    putNumber(run.results, hasMore);
    if (hasMore)
      for (const std::string* text : {&test.message, &test.details, &test.output})
        putText(run.results, *text);
  }
  return run;
}

static void readResult(PieceReader& results, TestCase& test) {
  auto outcome = test_report::outcomeOf(results.text());
  results.failed |= !outcome;
  test.outcome = outcome.value_or(test_report::Outcome::Passed);
  if (uint64_t duration = results.number())
    test.durationMs = static_cast<int64_t>(duration - 1);
  if (results.number())
    for (std::string* text : {&test.message, &test.details, &test.output})
      *text = results.text().str();
}

llvm::Expected<FolderReport> decodeRun(llvm::StringRef nameBytes, llvm::StringRef resultBytes) {
  PieceReader names(nameBytes);
  PieceReader results(resultBytes);
  FolderReport report;
  for (uint64_t problems = results.number(); problems > 0 && !results.failed; --problems)
    report.problems.push_back(results.text().str());
  std::string suite, className;
  while (!names.atEnd() && !results.failed) {
    TestCase test;
    if (names.number())
      suite = names.text().str();
    if (names.number())
      className = names.text().str();
    test.suite = suite;
    test.className = className;
    test.name = names.text().str();
    readResult(results, test);
    if (names.failed)
      break;
    report.cases.push_back(std::move(test));
  }
  if (names.failed || results.failed || !results.atEnd())
    return base::worldError("the cases of a test are recorded wrongly");
  return report;
}

} // namespace pipec::history
