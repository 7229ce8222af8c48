// TestResults: hears how tests end, and reads the cases of their reports.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/build.h"
#include "runtime/history/history.h"
#include "runtime/test_report/report_folder.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::report {

/// What executed is read when it ends and kept in the history; of what is cached the history knows,
/// unless another workspace has run it. A report that cannot be read is a warning, and never more.
class TestResults final : public exec::BuildObserver {
public:
  struct Entry {
    std::string label;
    std::string kind; ///< as plan::kindName
    exec::NodeResult result;
    /// Of what executed here, or was read for the first time. nullopt: no report, or a known one.
    std::optional<test_report::FolderReport> report;
  };
  /// One pipeline.
  struct Run {
    std::string execution;
    std::string module;
    std::string pipeline;
    std::map<plan::NodeId, Entry> entries; ///< the tests, and whatever failed
  };

  /// Both outlive it. `warn` gets one sentence.
  TestResults(history::History& history, cas::ContentStore& store,
              std::function<void(llvm::StringRef)> warn)
      : history(history), store(store), warn(std::move(warn)) {}

  /// Of the build that starts next.
  void setExecution(std::string id) { execution = std::move(id); }

  void buildStarted(const plan::Plan& plan) override;
  void nodeFinished(plan::NodeId node, const exec::NodeResult& result) override;
  void nodeRemade(plan::NodeId node, const exec::NodeResult& result) override {
    nodeFinished(node, result);
  }

  const std::vector<Run>& runs() const { return all; }
  /// The cases of a node of the plan that is built, if it executed; null: none are known.
  const std::vector<test_report::TestCase>* executedCases(plan::NodeId node) const;

  /// The cases of an entry, whoever ran them. nullopt: it has no report, or that is lost.
  std::optional<test_report::FolderReport> reportOf(const Entry& entry) const;

  /// At most one line each, without newlines: cases that fail and did not in the run before, those
  /// that passed only when tried again, and the slowest if they take a second or more.
  std::vector<std::string> summary() const;

private:
  void read(Entry& entry);
  bool isKnown(const Entry& entry);
  std::vector<std::string> newlyFailing() const;

  history::History& history;
  cas::ContentStore& store;
  std::function<void(llvm::StringRef)> warn;
  std::string execution;
  const plan::Plan* plan = nullptr;
  std::vector<Run> all;
};

} // namespace pipec::report
