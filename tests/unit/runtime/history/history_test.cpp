// What is remembered of executions.
#include "runtime/history/history.h"
#include "runtime/history/schema.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/temporary_folder.h"

#include <sys/wait.h>

using namespace pipec;
using namespace pipec::history;
using namespace pipec::test;
using Catch::Contains;

namespace {

constexpr plan::NodeId node(uint32_t index) {
  return plan::NodeId{index};
}

struct Workspace {
  TemporaryFolder folder;
  std::vector<std::string> warnings;
  plan::Plan plan;

  explicit Workspace(size_t nodes = 2) {
    plan.pipeline = "site";
    plan.module = "site.pipe";
    plan.parameters = {{"branch", "main"}};
    for (size_t i = 0; i < nodes; ++i) {
      plan::Node node;
      node.what = plan::ActionSpec{};
      node.label = "site.build.n" + std::to_string(i);
      node.aliases = {"site.alias" + std::to_string(i)};
      plan.nodes.push(node);
    }
  }
  std::unique_ptr<History> open(Access access = Access::Record) {
    return openHistory(folder / ".pipec", access,
                       [&](llvm::StringRef warning) { warnings.push_back(warning.str()); });
  }
  std::string database() const { return folder / ".pipec/history.db"; }
};

exec::NodeResult result(exec::NodeState state, uint64_t key, const std::string& execution) {
  exec::NodeResult result;
  result.state = state;
  result.key = test::sampleDigest(key);
  result.execution = execution;
  result.durationMs = 7;
  return result;
}

/// An execution in which all nodes ended in `state`, under keys that begin with `key`.
void record(History& history, const plan::Plan& plan, const std::string& id, exec::NodeState state,
            uint64_t key, ExecutionState end = ExecutionState::Succeeded) {
  auto recorder = history.begin(plan, id);
  for (uint32_t i = 0; i < plan.nodes.size(); ++i)
    recorder->nodeFinished(node(i), result(state, key + i, id));
  recorder->finish(end);
}

bool any(const NodeRecord&) {
  return true;
}

} // namespace

TEST_CASE("executions are listed with the newest first, and have their nodes") {
  Workspace workspace;
  {
    auto history = workspace.open();
    record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 10);
    record(*history, workspace.plan, "e2", exec::NodeState::Failed, 20, ExecutionState::Failed);
  }
  auto history = workspace.open(Access::Query);
  auto executions = get(history->executions());
  REQUIRE(executions.size() == 2);
  CHECK(executions[0].id == "e2");
  CHECK(executions[0].state == ExecutionState::Failed);
  CHECK(executions[0].parameters[0].value == "main");
  CHECK(executions[1].ended >= executions[1].started);
  CHECK(get(history->executions("other")).empty());
  CHECK(get(history->executions("site", 1)).size() == 1);
  CHECK_FALSE(get(history->execution("e3")));
  auto nodes = get(history->nodes(*get(history->execution("e1"))));
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[1].label == "site.build.n1");
  CHECK(nodes[1].result.key == test::sampleDigest(11));
  CHECK(workspace.warnings.empty());
}

TEST_CASE("the latest result of a label is found by any of its names") {
  Workspace workspace(300);
  auto history = workspace.open();
  record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 1000);
  record(*history, workspace.plan, "e2", exec::NodeState::Failed, 2000);
  auto latest = get(history->latest("site.alias77", "", any));
  REQUIRE(latest);
  CHECK(latest->execution.id == "e2");
  CHECK(latest->node.label == "site.build.n77");
  auto passed = get(history->latest("site.build.n77", "site.pipe", [](const NodeRecord& found) {
    return exec::isSuccess(found.result.state);
  }));
  REQUIRE(passed);
  CHECK(passed->node.result.key == test::sampleDigest(1077));
  CHECK_FALSE(get(history->latest("site.build.n77", "other.pipe", any)));
  CHECK_FALSE(get(history->latest("site.build.n7777", "", any)));
}

TEST_CASE("an execution in which nothing happened costs no more than its row") {
  Workspace workspace(2000);
  auto history = workspace.open();
  // The second has other states than the first; from then on all are alike.
  record(*history, workspace.plan, "e0", exec::NodeState::Succeeded, 1);
  auto cached = [&](const std::string& id) {
    auto recorder = history->begin(workspace.plan, id);
    for (uint32_t i = 0; i < workspace.plan.nodes.size(); ++i)
      recorder->nodeFinished(node(i), result(exec::NodeState::Cached, 1 + i, "e0"));
    recorder->finish(ExecutionState::Succeeded);
  };
  auto chunks = [&] {
    int64_t count = 0;
    auto database = get(db::openStateForReading(workspace.database(), history::historySchema()));
    auto statement = get(database->prepare("SELECT count(*) FROM chunks"));
    get(statement.first([&](const db::Row& row) { count = row.integer(0); }));
    return count;
  };
  cached("e1");
  int64_t before = chunks();
  CHECK(before > 20);
  cached("e2");
  CHECK(chunks() == before);
  CHECK(get(history->nodes(*get(history->execution("e2")))).size() == 2000);
}

TEST_CASE("keys, times and identities are remembered from one process to the next") {
  Workspace workspace;
  {
    auto history = workspace.open();
    exec::Memory& memory = history->memory(workspace.plan);
    CHECK_FALSE(memory.lastKey("site.build.n0"));
    memory.rememberIdentity(test::sampleDigest(5), "commit1");
    record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 10);
  }
  auto history = workspace.open();
  exec::Memory& memory = history->memory(workspace.plan);
  CHECK(memory.lastKey("site.build.n1") == test::sampleDigest(11));
  CHECK(memory.lastDurationMs("site.build.n1") == 7);
  CHECK_FALSE(memory.lastDurationMs("site.build.n2"));
  CHECK(memory.lastIdentity(test::sampleDigest(5)) == "commit1");
  CHECK_FALSE(memory.lastIdentity(test::sampleDigest(6)));
  plan::Plan other = workspace.plan;
  other.module = "other.pipe";
  CHECK_FALSE(history->memory(other).lastKey("site.build.n1"));
}

TEST_CASE("a record names the key that the label had before") {
  Workspace workspace;
  for (uint64_t key : {10, 20, 20}) {
    auto history = workspace.open();
    record(*history, workspace.plan, newExecutionId(), exec::NodeState::Succeeded, key);
  }
  auto history = workspace.open(Access::Query);
  auto executions = get(history->executions());
  REQUIRE(executions.size() == 3);
  CHECK_FALSE(get(history->nodes(executions[2]))[0].previousKey);
  CHECK(get(history->nodes(executions[1]))[0].previousKey == test::sampleDigest(10));
  CHECK_FALSE(get(history->nodes(executions[0]))[0].previousKey);
}

TEST_CASE("a failure does not become the last key") {
  Workspace workspace;
  {
    auto history = workspace.open();
    record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 10);
    record(*history, workspace.plan, "e2", exec::NodeState::Failed, 20, ExecutionState::Failed);
  }
  {
    auto history = workspace.open();
    exec::Memory& memory = history->memory(workspace.plan);
    CHECK(memory.lastKey("site.build.n0") == test::sampleDigest(10));
    CHECK(memory.lastFailure("site.build.n0") == test::sampleDigest(20));
    record(*history, workspace.plan, "e3", exec::NodeState::Cached, 10);
  }
  CHECK_FALSE(workspace.open()->memory(workspace.plan).lastFailure("site.build.n0"));
}

TEST_CASE("a killed execution is shown as stopped, and keeps what had acted") {
  Workspace workspace;
  int ready[2];
  int leave[2];
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(leave) == 0);
  pid_t child = ::fork();
  char byte = 'x';
  if (child == 0) {
    auto history = workspace.open();
    auto recorder = history->begin(workspace.plan, "e1");
    recorder->nodeFinished(node(1), result(exec::NodeState::Succeeded, 10, "e1"));
    recorder->nodeFinished(node(0), result(exec::NodeState::Cached, 11, "e0"));
    (void)!::write(ready[1], &byte, 1);
    (void)!::read(leave[0], &byte, 1);
    ::_exit(9);
  }
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  auto history = workspace.open(Access::Query);
  CHECK(get(history->execution("e1"))->state == ExecutionState::Running);
  REQUIRE(::write(leave[1], "x", 1) == 1);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  auto execution = get(history->execution("e1"));
  CHECK(execution->state == ExecutionState::Stopped);
  auto nodes = get(history->nodes(*execution));
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].label == "site.build.n1");
  auto latest = get(history->latest("site.build.n1", "", any));
  REQUIRE(latest);
  CHECK(latest->execution.state == ExecutionState::Stopped);
  for (int descriptor : {ready[0], ready[1], leave[0], leave[1]})
    ::close(descriptor);
}

TEST_CASE("queries and dry runs write nothing") {
  Workspace workspace;
  auto history = workspace.open(Access::Query);
  history->memory(workspace.plan).rememberIdentity(test::sampleDigest(1), "x");
  record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 1);
  CHECK(get(history->executions()).empty());
  CHECK_FALSE(get(history->latest("site.build.n0", "", any)));
  CHECK_FALSE(exists(workspace.folder / ".pipec"));
  CHECK(workspace.warnings.empty());
}

TEST_CASE("a history that is garbage is moved aside by name, and the build is recorded") {
  Workspace workspace;
  std::string garbage = GENERATE(std::string("garbage"), std::string(8192, '\0'),
                                 std::string("SQLite format 3\0", 16) + std::string(3, 'x'));
  writeFile(workspace.database(), garbage);
  {
    auto history = workspace.open();
    record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 1);
  }
  REQUIRE(workspace.warnings.size() == 1);
  llvm::StringRef warning = workspace.warnings[0];
  std::string moved =
      warning.rsplit("moved to `").second.take_until([](char c) { return c == '`'; }).str();
  CHECK(readFile(moved) == garbage);
  CHECK(get(workspace.open(Access::Query)->executions()).size() == 1);
  CHECK(workspace.warnings.size() == 1);
}

TEST_CASE("a history that is cut short is moved aside") {
  Workspace workspace(2000);
  {
    auto history = workspace.open();
    record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 1);
  }
  std::string whole = readFile(workspace.database());
  writeFile(workspace.database(), whole.substr(0, whole.size() / 2));
  auto history = workspace.open();
  REQUIRE(workspace.warnings.size() == 1);
  CHECK_THAT(workspace.warnings[0], Contains("history-broken-"));
  record(*history, workspace.plan, "e2", exec::NodeState::Succeeded, 1);
  CHECK(get(history->executions()).size() == 1);
}

TEST_CASE("damage that only a query meets stops the record, not the build") {
  Workspace workspace(2000);
  {
    auto history = workspace.open();
    record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 1);
  }
  std::string bytes = readFile(workspace.database());
  for (size_t i = 4096; i < bytes.size(); ++i)
    bytes[i] = 'x';
  writeFile(workspace.database(), bytes);
  {
    auto history = workspace.open();
    record(*history, workspace.plan, "e2", exec::NodeState::Succeeded, 1);
    CHECK(workspace.warnings.size() == 1);
  }
  workspace.warnings.clear();
  auto history = workspace.open();
  record(*history, workspace.plan, "e3", exec::NodeState::Succeeded, 1);
  CHECK(get(history->executions()).size() == 1);
  CHECK(workspace.warnings.empty());
}

TEST_CASE("a history of another version is moved aside as it is, once") {
  for (bool newer : {true, false}) {
    Workspace workspace;
    {
      auto database = get(db::openState(
          workspace.database(),
          {0x50495048, {"SELECT 1", "SELECT 1", "SELECT 1", "SELECT 1", "SELECT 1"}, "x"}));
      if (!newer) // one that no pipec has written
        check(database.execute("PRAGMA user_version = 0"));
    }
    std::string before = readFile(workspace.database());
    {
      auto history = workspace.open();
      record(*history, workspace.plan, "e1", exec::NodeState::Succeeded, 1);
      REQUIRE(workspace.warnings.size() == 1);
      CHECK_THAT(workspace.warnings[0], Contains("cannot be used and has been moved to"));
    }
    size_t from = workspace.warnings[0].rfind(" to `") + 5;
    CHECK(readFile(workspace.warnings[0].substr(from, workspace.warnings[0].size() - from - 1)) ==
          before);
    auto history = workspace.open();
    CHECK(workspace.warnings.size() == 1);
    CHECK(get(history->executions()).size() == 1);
  }
}

TEST_CASE("ids sort by time") {
  std::string first = newExecutionId();
  auto then = std::chrono::system_clock::now();
  while (std::chrono::system_clock::now() - then < std::chrono::milliseconds(2)) {
  }
  std::string second = newExecutionId();
  CHECK(first < second);
  CHECK(first.size() == 12);
  CHECK(first.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz") == std::string::npos);
}
