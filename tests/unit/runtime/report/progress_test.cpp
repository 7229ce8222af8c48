// What people are told of a build that is not on a terminal.
#include "runtime/report/progress.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <fcntl.h>

using namespace pipec;
using exec::NodeState;
using test::get;

namespace {

/// A plan of builds without dependencies, and a reporter that writes into a file.
class Told {
public:
  explicit Told(std::vector<std::string> labels)
      : store(get(cas::openLocalContentStore(folder / "cas"))) {
    for (std::string& label : labels) {
      plan::Node node;
      plan::ActionSpec spec;
      plan::Piece word;
      word.text = "make";
      plan::ArgumentVector command;
      command.arguments.push_back({word});
      spec.run.push_back({command, place});
      node.what = std::move(spec);
      node.label = std::move(label);
      node.location = place;
      plan.nodes.push(std::move(node));
    }
  }

  exec::NodeResult result(NodeState state, llvm::StringRef out = "", llvm::StringRef err = "") {
    exec::NodeResult result;
    result.state = state;
    result.stdoutDigest = get(store->putBytes(out));
    result.stderrDigest = get(store->putBytes(err));
    result.reason = "`a.c` changed";
    if (state == NodeState::Failed)
      result.failure = exec::StepFailure{"R1004", "`make` failed with exit code 2", place, false};
    return result;
  }

  std::string of(report::ProgressOptions options, std::vector<exec::NodeResult> results) {
    std::string path = folder / "told";
    options.descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(options.descriptor >= 0);
    report::ProgressReporter reporter(options, *store);
    reporter.buildStarted(plan);
    for (size_t i = 0; i < results.size(); ++i) {
      reporter.nodeStarted(plan.nodes.idAt(i), "run");
      reporter.nodeFinished(plan.nodes.idAt(i), results[i]);
    }
    whenRunning = test::readFile(path);
    reporter.finish();
    ::close(options.descriptor);
    return test::readFile(path).substr(whenRunning.size());
  }

  test::TemporaryFolder folder;
  plan::Location place{"ci/p.pipe", 12, 3};
  std::unique_ptr<cas::ContentStore> store;
  plan::Plan plan;
  std::string whenRunning;
};

} // namespace

TEST_CASE("plain: a line and the output of what executed, nothing of what was cached") {
  Told told({"p.a", "p.b"});
  std::string summary = told.of({}, {told.result(NodeState::Succeeded, "hello", "careful\n"),
                                     told.result(NodeState::Cached, "from long ago\n")});
  CHECK(told.whenRunning == "[1/2] built p.a (0.0 s): `a.c` changed\nhello\ncareful\n");
  CHECK(summary.empty());
}

TEST_CASE("verbose: cached steps and their output too") {
  Told told({"p.a"});
  report::ProgressOptions options;
  options.verbose = true;
  told.of(options, {told.result(NodeState::Cached, "from long ago\n")});
  CHECK(told.whenRunning == "[1/1] cached p.a: `a.c` changed\nfrom long ago\n");
}

TEST_CASE("quiet: only what failed") {
  Told told({"p.a", "p.b"});
  report::ProgressOptions options;
  options.quiet = true;
  told.of(options, {told.result(NodeState::Succeeded, "hello\n"),
                    told.result(NodeState::Failed, "", "broken\n")});
  CHECK(told.whenRunning == "[2/2] FAILED p.b (0.0 s): `make` failed with exit code 2\nbroken\n");
}

TEST_CASE("a failure is told whole when it happens, and its tail again at the end") {
  Told told({"p.a"});
  std::string output;
  for (int i = 1; i <= 500; ++i)
    output += "line " + std::to_string(i) + "\n";
  std::string summary = told.of({}, {told.result(NodeState::Failed, output, "the reason\n")});
  CHECK(told.whenRunning.find(output + "the reason\n") != std::string::npos);
  CHECK(summary.find("error[R1004]: `make` failed with exit code 2\n"
                     "  --> ci/p.pipe:12:3\n"
                     "   = step: build `p.a`\n"
                     "   = command: make\n") != std::string::npos);
  CHECK(summary.find("     | line 1\n") == std::string::npos);
  CHECK(summary.find("     | line 500\n     | the reason\n") != std::string::npos);
  CHECK(summary.find("pipec log p.a") != std::string::npos);
}

TEST_CASE("without colour nothing but text is written") {
  Told told({"p.a", "p.b"});
  std::string summary =
      told.of({}, {told.result(NodeState::Failed, "x\n"), told.result(NodeState::Held)});
  for (char c : told.whenRunning + summary)
    CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
}

TEST_CASE("a warning is told once") {
  Told told({"p.a"});
  std::string path = told.folder / "told";
  report::ProgressOptions options;
  options.descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  report::ProgressReporter reporter(options, *told.store);
  reporter.warning("the cache is full");
  reporter.warning("the cache is full");
  reporter.finish();
  ::close(options.descriptor);
  CHECK(test::readFile(path) == "warning: the cache is full\n");
}
