// Which tests there were in an execution, and what their cases did.
#pragma once

#include "runtime/cli/query.h"
#include "runtime/history/history.h"
#include "runtime/test_report/report_folder.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <vector>

namespace pipec::cli {

/// A test of an execution. Cached ones are what an earlier execution ran.
struct TestedNode {
  history::NodeRecord node;
  /// nullopt: it has no report, or neither the history nor the store have it any more.
  std::optional<test_report::FolderReport> report;
};

/// Whether the node is the target or a part of it; a target without a label is everything.
bool isPartOf(const history::NodeRecord& node, const engine::Target& target);

/// The tests among the nodes, in their order, with their cases.
llvm::Expected<std::vector<TestedNode>>
testsAmong(Query& query, std::vector<history::NodeRecord> nodes, const engine::Target& target);

/// A case with its fields, into an open object.
void writeCase(llvm::json::OStream& json, const test_report::TestCase& test);
/// `passed`, `failed`, … with how many there are, into an open object.
void writeCaseCounts(llvm::json::OStream& json, const test_report::Counts& counts);
/// The fields of a test and `cases`, those that `keep` accepts, into an open object.
void writeTest(llvm::json::OStream& json, const TestedNode& test, const std::string& execution,
               llvm::function_ref<bool(const test_report::TestCase&)> keep);

} // namespace pipec::cli
