// Which node counts as what, and the last line of a build.
#include "runtime/report/tally.h"

#include <catch2/catch.hpp>

using namespace pipec;
using exec::NodeResult;
using exec::NodeState;
using report::Tally;

namespace {

plan::Node action(plan::ActionKind kind) {
  plan::Node node;
  plan::ActionSpec spec;
  spec.kind = kind;
  spec.run.push_back({plan::ArgumentVector(), {"p.pipe", 3, 3}});
  node.what = spec;
  return node;
}

NodeResult in(NodeState state) {
  NodeResult result;
  result.state = state;
  return result;
}

NodeResult failedCommand(const plan::Location& location) {
  NodeResult result = in(NodeState::Failed);
  result.stdoutDigest = base::digestOf("");
  result.stderrDigest = base::digestOf("");
  result.failure = exec::StepFailure{"R1004", "it failed", location, false};
  return result;
}

} // namespace

TEST_CASE("a failed step counts as executed and as failed") {
  Tally tally;
  tally.add(action(plan::ActionKind::Build), failedCommand({"p.pipe", 3, 3}));
  CHECK(tally.executed == 1);
  CHECK(tally.failed == 1);
}

TEST_CASE("what failed before its command ran was not executed") {
  Tally tally;
  tally.add(action(plan::ActionKind::Build), in(NodeState::Failed));
  CHECK(tally.executed == 0);
  CHECK(tally.failed == 1);
}

TEST_CASE("a source that only resolved was not executed") {
  plan::Node node = action(plan::ActionKind::Source);
  node.action().resolve = plan::Command{plan::ArgumentVector(), {"p.pipe", 2, 3}};

  Tally failed;
  failed.add(node, failedCommand({"p.pipe", 2, 3}));
  CHECK(failed.executed == 0);
  CHECK(failed.failed == 1);

  Tally served;
  NodeResult cached = in(NodeState::Cached);
  cached.ranResolve = true;
  served.add(node, cached);
  CHECK(served.executed == 0);
  CHECK(served.cached == 1);
}

TEST_CASE("trees count only when they fail") {
  plan::Node tree;
  tree.what = plan::TreeSpec(plan::RepositoryPath{"src"});
  Tally tally;
  tally.add(tree, in(NodeState::Cached));
  tally.add(tree, in(NodeState::Skipped));
  CHECK(report::finalLine(tally, 0) == "pipec: 0 executed, 0 cached, 0 failed in 0.0 s");
  tally.add(tree, in(NodeState::Failed));
  CHECK(tally.failed == 1);
}

TEST_CASE("a tolerated failure is a warning, an interrupted step is neither") {
  Tally tally;
  NodeResult tolerated = failedCommand({"p.pipe", 3, 3});
  tolerated.tolerated = true;
  tally.add(action(plan::ActionKind::Test), tolerated);
  NodeResult interrupted = in(NodeState::Skipped);
  interrupted.failure = exec::StepFailure{"R1004", "it was interrupted", {}, true};
  tally.add(action(plan::ActionKind::Build), interrupted);
  CHECK(report::finalLine(tally, 1249) ==
        "pipec: 1 executed, 0 cached, 0 failed, 1 warned, 1 interrupted in 1.2 s");
}

TEST_CASE("the last line names what is not zero") {
  Tally tally;
  tally.executed = 3;
  tally.cached = 41;
  CHECK(report::finalLine(tally, 1234) == "pipec: 3 executed, 41 cached, 0 failed in 1.2 s");
  tally.failed = 1;
  tally.skipped = 5;
  tally.held = 2;
  CHECK(report::finalLine(tally, 61950) ==
        "pipec: 3 executed, 41 cached, 1 failed, 5 skipped, 2 held in 62.0 s");
  CHECK(report::dryRunFinalLine(tally, 0) ==
        "pipec: 3 to execute, 41 cached, 1 failed, 5 skipped, 2 held in 0.0 s");
}
