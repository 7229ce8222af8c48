// ProgressReporter: a build as people see it, on a terminal or as plain lines.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/build.h"
#include "runtime/report/live_area.h"
#include "runtime/report/tally.h"
#include "runtime/report/test_results.h"
#include "runtime/report/text.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace pipec::report {

enum class ProgressMode : uint8_t {
  Terminal, ///< finished steps scroll, running ones are shown below with their times
  Plain,    ///< one line for each step that executed, failed or is held; no control characters
  Silent,   ///< neither; warnings, and failures at the end
  Nothing,  ///< not even these: somebody else tells them
};

struct ProgressOptions {
  ProgressMode mode = ProgressMode::Plain;
  bool color = false;
  bool verbose = false; ///< also what was cached or skipped, and the output of cached steps
  bool quiet = false;   ///< only failed steps and their output
  int descriptor = 2;
};

/// What executed is told when it ends, with all its output in one piece; what failed is told again
/// at the end, with the end of its output. Builds of several plans may follow one another.
class ProgressReporter final : public exec::BuildObserver {
public:
  ProgressReporter(ProgressOptions options, cas::ContentStore& store);
  ~ProgressReporter() override;

  /// Says which cases of a test failed; hears of each node before this does, and outlives it.
  void setTests(const TestResults& results) { tests = &results; }

  void buildStarted(const plan::Plan& plan) override;
  void planGrew(plan::NodeId expansion, plan::NodeId first) override;
  void nodeStarted(plan::NodeId node, llvm::StringRef activity) override;
  void nodeFinished(plan::NodeId node, const exec::NodeResult& result) override;
  void nodeRemade(plan::NodeId node, const exec::NodeResult& result) override;
  /// Equal sentences are shown once.
  void warning(llvm::StringRef message) override;

  /// Something to know that is no warning: one sentence.
  void note(llvm::StringRef message);
  /// Clears the live display, tells the failures again, then what is held. The numbers are those of
  /// all builds.
  void finish();
  const Tally& tally() const { return counts; }
  /// Whether a node failed through the machine's fault, which finish() tells like any failure.
  bool toldMachineFailure() const { return machineFailed; }

private:
  struct Running {
    std::string label;
    std::string activity;
    std::chrono::steady_clock::time_point since;
  };

  GuardOptions guardOptions() const;
  bool isShown(const exec::NodeResult& result) const;
  std::string finishedLine(const plan::Node& node, const exec::NodeResult& result) const;
  bool isOutputShown(const exec::NodeResult& result) const;
  /// Hands it on in pieces, or says why it cannot.
  void forEachPieceOf(const exec::NodeResult& result,
                      llvm::function_ref<void(llvm::StringRef)> use);
  std::vector<LiveArea::Line> liveLines(TerminalSize size);
  std::string statusText() const;

  const ProgressOptions options;
  const Style style;
  cas::ContentStore& store;
  const TestResults* tests = nullptr;
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  std::mutex mutex; ///< guards what follows
  const plan::Plan* plan = nullptr;
  std::map<plan::NodeId, Running> running;
  uint64_t done = 0;
  uint64_t total = 0;
  Tally counts;
  bool machineFailed = false;
  std::set<std::string> warnings;
  std::vector<std::string> failures; ///< blocks for the end
  std::vector<std::string> held;

  std::unique_ptr<Screen> screen; ///< last: its thread asks for lines until it is gone
};

} // namespace pipec::report
