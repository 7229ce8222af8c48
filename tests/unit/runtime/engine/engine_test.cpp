// The engine: several builds in one process, and the end of one of them.
#include "runtime/engine/engine.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <climits>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

using namespace pipec;
using test::check;
using test::get;
using test::readFile;

namespace {

/// Sees a step begin, and keeps what the build came to.
class Watcher final : public engine::BuildObserver, public exec::BuildObserver {
public:
  void warning(llvm::StringRef) override {} // of both
  llvm::Error opened(history::History&, cas::ContentStore&) override {
    return llvm::Error::success();
  }
  std::vector<exec::BuildObserver*> observersOf(const plan::Plan&, llvm::StringRef id) override {
    executions.push_back(id.str());
    return {this};
  }
  void nodeStarted(plan::NodeId, llvm::StringRef) override {
    std::lock_guard lock(mutex);
    hasStarted = true;
    changed.notify_all();
  }
  void waiting(llvm::StringRef) override {
    std::lock_guard lock(mutex);
    isWaiting = true;
    changed.notify_all();
  }
  void waitForWait() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return isWaiting; });
  }
  void waitForStart() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return hasStarted; });
  }
  void finished(const engine::BuildReport& report, llvm::Error error) override {
    problem = error ? base::describe(std::move(error)).second : "";
    interrupted = report.interrupted;
    for (const engine::PipelineReport& pipeline : report.pipelines) {
      failed |= pipeline.result.anyFailed();
      for (const exec::NodeResult& node : pipeline.result.nodes)
        executed += node.state == exec::NodeState::Succeeded;
    }
    isFinished = true;
  }

  std::vector<std::string> executions;
  std::string problem;
  bool interrupted = false, failed = false, isFinished = false;
  int executed = 0;

private:
  std::mutex mutex;
  std::condition_variable changed;
  bool hasStarted = false, isWaiting = false;
};

/// What pipec keeps for its user, and a cache.
struct User {
  User() { REQUIRE(::setenv("XDG_STATE_HOME", (folder / "state").c_str(), 1) == 0); }
  ~User() { ::unsetenv("XDG_STATE_HOME"); }
  std::string cache() const { return folder / "cache"; }

  test::TemporaryFolder folder;
};

/// A workspace with one file `p.pipe`, and requests to build its pipelines.
class Place {
public:
  Place(const std::string& cacheFolder, const std::string& text) : cache(cacheFolder) {
    test::writeFile(folder / "p.pipe", text);
    char path[PATH_MAX];
    REQUIRE(::realpath(folder.path.c_str(), path));
    workspace.root = path;
  }

  engine::BuildRequest request() {
    engine::Target all;
    engine::Program* program =
        programs.emplace_back(get(engine::Program::load(workspace, all))).get();
    REQUIRE_FALSE(program->hasErrors());
    engine::BuildRequest request;
    request.workspace = workspace;
    request.places.cacheDirectory = cache;
    request.options.jobs = 2;
    for (const engine::Selection& selection : get(program->select(all))) {
      auto plan = get(program->plan(selection, {}));
      REQUIRE(plan);
      request.plans.push_back(std::move(*plan));
    }
    request.declared = {{"p.pipe", {"p"}}};
    return request;
  }
  std::string kept(const std::string& name) const {
    return readFile(workspace.root + "/.pipec/out/p/" + name);
  }

private:
  test::TemporaryFolder folder;
  std::string cache;
  workspace::Workspace workspace;
  std::vector<std::unique_ptr<engine::Program>> programs; ///< that the plans use
};

std::string pipelineOf(const std::string& script) {
  return "build made(word: String) -> File { run sh\"" + script +
         "\" }\npipeline p() {\n  let one = made(\"1\")\n  out one = one\n}\n";
}

} // namespace

TEST_CASE("builds run at once in one process, with one cache") {
  User user;
  std::string text = pipelineOf("echo ${word} > ${out}");
  Place first(user.cache(), text), second(user.cache(), text + "// another workspace\n");
  engine::BuildRequest requests[] = {first.request(), second.request()};
  Watcher watchers[2];
  exec::Cancellation cancellations[2];
  std::thread threads[2];
  for (int i = 0; i < 2; ++i)
    threads[i] = std::thread([&, i] {
      llvm::Error error = engine::run(requests[i], watchers[i], cancellations[i]);
      watchers[i].problem += error ? base::describe(std::move(error)).second : "";
    });
  for (std::thread& thread : threads)
    thread.join();
  for (const Watcher& watcher : watchers) {
    CHECK(watcher.problem.empty());
    CHECK(watcher.isFinished);
    CHECK_FALSE(watcher.failed);
  }
  CHECK(watchers[0].executions != watchers[1].executions);
  CHECK(first.kept("one") == "1\n");
  CHECK(second.kept("one") == "1\n");
}

TEST_CASE("the end of one build ends no other one, nor the next one of the same process") {
  User user;
  Place endless(user.cache(), pipelineOf("echo ${word} > ${out}; while :; do sleep 1; done"));
  Place other(user.cache(), pipelineOf("echo ${word}2 > ${out}"));
  engine::BuildRequest endlessRequest = endless.request(), otherRequest = other.request();
  Watcher endlessWatcher, otherWatcher, lateWatcher;
  exec::Cancellation ends, never;
  std::thread thread([&] {
    llvm::Error error = engine::run(endlessRequest, endlessWatcher, ends);
    endlessWatcher.problem += error ? base::describe(std::move(error)).second : "";
  });
  endlessWatcher.waitForStart();
  check(engine::run(otherRequest, otherWatcher, never));
  CHECK(otherWatcher.executed == 1);
  ends.interrupt();
  ends.interrupt(); // at once
  thread.join();
  CHECK(endlessWatcher.problem.empty());
  CHECK(endlessWatcher.interrupted);
  CHECK(endlessWatcher.executed == 0);

  engine::BuildRequest again = other.request();
  check(engine::run(again, lateWatcher, never));
  CHECK(lateWatcher.problem.empty());
  CHECK_FALSE(lateWatcher.interrupted);
  CHECK(lateWatcher.executed == 0); // all is cached
  CHECK(other.kept("one") == "12\n");
}

TEST_CASE("the second build in a workspace waits for the first of the same process") {
  User user;
  Place place(user.cache(), pipelineOf("echo ${word} > ${out}; while :; do sleep 1; done"));
  engine::BuildRequest requests[] = {place.request(), place.request()};
  requests[1].options.failOnMiss = true; // it would never end either
  Watcher watchers[2];
  exec::Cancellation cancellations[2];
  auto run = [&](int i) {
    llvm::Error error = engine::run(requests[i], watchers[i], cancellations[i]);
    watchers[i].problem += error ? base::describe(std::move(error)).second : "";
  };
  std::thread first([&] { run(0); });
  watchers[0].waitForStart();
  std::thread second([&] { run(1); });
  watchers[1].waitForWait();
  CHECK_FALSE(watchers[1].isFinished);
  cancellations[0].interrupt();
  cancellations[0].interrupt();
  first.join();
  second.join();
  for (const Watcher& watcher : watchers) {
    CHECK(watcher.problem.empty());
    CHECK(watcher.isFinished);
  }
  CHECK(watchers[1].failed);
}
