// An execution as it is recorded: its attempts, counts and sources.
#pragma once

#include "runtime/cli/query.h"
#include "runtime/history/history.h"
#include "runtime/report/tally.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace pipec::cli {

struct RecordedSource {
  std::string label;
  std::string identity;
};

/// One attempt with what its nodes say.
struct RecordedExecution {
  history::Execution execution;
  std::vector<history::NodeRecord> nodes; ///< in the plan's order
  report::Tally counts;
  std::vector<RecordedSource> sources; ///< those with an identity
};

llvm::Expected<RecordedExecution> readExecution(Query& query, history::Execution execution);

/// `site.pipe:website --branch=dev`.
std::string invocationText(const history::Execution& execution);
/// The time that the attempt took; of one that runs: until now. 0: not known.
int64_t durationOf(const history::Execution& execution);

/// The fields that all documents have of an execution, into an open object. `attempts`: of how many
/// this is one.
void writeExecution(llvm::json::OStream& json, const RecordedExecution& recorded, size_t attempts);

} // namespace pipec::cli
