// Nothing outlives its step, whatever happens to the step or to pipec.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace pipec::sandbox;
using std::chrono::milliseconds;

static const auto BothModes = {SandboxMode::Strict, SandboxMode::Off};

/// Starts `sleep seconds` in every way in which a process can get away from its parent.
static std::string runaways(const std::string& seconds) {
  return "sleep " + seconds + " & setsid sleep " + seconds + " & (setsid sh -c 'sleep " + seconds +
         " & sleep " + seconds + "' &) ; (trap '' TERM HUP; sleep " + seconds + ") & ";
}

TEST_CASE("what a step leaves running is dead when it ends") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  std::string seconds = uniqueSeconds();
  Outcome outcome = fixture.run(fixture.script(runaways(seconds) + "exit 3"));
  CHECK(outcome.result.exitCode == 3);
  CHECK(processesWith(seconds) == 0);
}

TEST_CASE("a timeout kills the whole tree") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  std::string seconds = uniqueSeconds();
  Spawn spawn = fixture.script(runaways(seconds) + "echo started; trap '' TERM; wait");
  spawn.timeout = milliseconds(300);
  Outcome outcome = fixture.run(spawn);
  CHECK(outcome.result.status == SpawnStatus::TimedOut);
  CHECK(!outcome.result.succeeded());
  CHECK(outcome.out == "started\n");
  CHECK(processesWith(seconds) == 0);
  // A step that ends in time is not touched by it.
  spawn = fixture.script("exit 4");
  spawn.timeout = std::chrono::hours(24 * 365);
  CHECK(fixture.run(spawn).result.exitCode == 4);
}

TEST_CASE("one command's processes are dead before the next one starts") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  std::string seconds = uniqueSeconds();
  Spawn spawn = fixture.script(runaways(seconds) + "exit 0");
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  CHECK(fixture.run(*root, spawn).result.succeeded());
  CHECK(processesWith(seconds) == 0);
  spawn.arguments = {"true"};
  CHECK(fixture.run(*root, spawn).result.succeeded());
}

TEST_CASE("cancelling is TERM first, and KILL for who does not listen") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  std::string seconds = uniqueSeconds();
  Spawn polite =
      fixture.script("trap 'echo bye; exit 0' TERM; echo ready; sleep " + seconds + " & wait");
  Spawn deaf = fixture.script(runaways(seconds) + "trap '' TERM; echo ready; while :; do sleep " +
                              seconds + "; done");
  Outcome politeEnd, deafEnd;
  std::thread first([&] { politeEnd = fixture.run(polite); });
  std::thread second([&] { deafEnd = fixture.run(deaf); });
  auto started = [](const Spawn& spawn) {
    return exists(spawn.stdoutPath) && contentOf(spawn.stdoutPath) == "ready\n";
  };
  CHECK(eventually([&] { return started(polite) && started(deaf); }));
  fixture.runner->cancel(std::chrono::hours(1));
  first.join();
  CHECK(politeEnd.result.status == SpawnStatus::Cancelled);
  CHECK(politeEnd.out == "ready\nbye\n");
  CHECK(processesWith(seconds) != 0);
  fixture.runner->cancel(milliseconds(1)); // a shorter grace wins
  second.join();
  CHECK(deafEnd.result.status == SpawnStatus::Cancelled);
  CHECK(processesWith(seconds) == 0);
  // What starts later ends at once.
  CHECK(fixture.run(fixture.script("echo no")).result.status == SpawnStatus::Cancelled);
}

/// In a process of its own, runs `spawn` with a new runner. Only the exit code comes back.
static pid_t runInChild(const Spawn& spawn, SandboxMode mode, const std::string& state) {
  pid_t child = ::fork();
  if (child != 0)
    return child;
  llvm::Expected<std::unique_ptr<SpawnRunner>> runner = makeSpawnRunner(mode, state);
  if (!runner)
    ::_exit(11);
  llvm::Expected<std::unique_ptr<StepRoot>> root = (*runner)->open(spawn);
  if (!root)
    ::_exit(12);
  llvm::Expected<SpawnResult> result = (*root)->run(spawn);
  ::_exit(result ? 0 : 13);
}

TEST_CASE("kill -9 of pipec leaves nothing, and lets go of the lock last") {
  auto mode = GENERATE(values(BothModes));
  SandboxFixture fixture(mode);
  for (int round = 0; round < 5; ++round) {
    std::string seconds = uniqueSeconds();
    Spawn spawn = fixture.script(runaways(seconds) + "echo ready; wait");
    // The end of a pipe can be waited for, unlike a lock; it is let go of in the same way.
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    spawn.heldDescriptor = ends[1];
    pid_t child = runInChild(spawn, mode, fixture.temporary.path + "/child");
    ::close(ends[1]);
    REQUIRE(eventually(
        [&] { return exists(spawn.stdoutPath) && contentOf(spawn.stdoutPath) == "ready\n"; }));
    CHECK(eventually([&] { return processesWith(seconds) >= 4; }));
    ::kill(child, SIGKILL);
    char none;
    pollfd end = {ends[0], POLLIN, 0};
    CHECK(::poll(&end, 1, 60'000) == 1);
    // The last holder of the descriptor closed it: by then nobody is left to write anything.
    CHECK(processesWith(seconds) == 0);
    CHECK(::read(ends[0], &none, 1) == 0);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
  }
}

TEST_CASE("the lock of a step is free once its root is closed, and not before") {
  SandboxFixture fixture(GENERATE(values(BothModes)));
  std::string path = fixture.temporary.file("lock", "");
  Spawn spawn = fixture.script("true");
  spawn.heldDescriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(spawn.heldDescriptor, LOCK_EX) == 0);
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  ::close(spawn.heldDescriptor);
  int other = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  CHECK(::flock(other, LOCK_EX | LOCK_NB) != 0);
  CHECK(fixture.run(*root, spawn).result.succeeded());
  CHECK(::flock(other, LOCK_EX | LOCK_NB) != 0);
  root.reset();
  CHECK(::flock(other, LOCK_EX | LOCK_NB) == 0);
  ::close(other);
}

TEST_CASE("a root whose first process is killed is an error, and the runner goes on") {
  SandboxFixture fixture;
  std::string seconds = uniqueSeconds();
  Spawn spawn = fixture.script("echo ready; exec sleep " + seconds);
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  std::string error;
  std::thread runner([&] { error = llvm::toString(root->run(spawn).takeError()); });
  REQUIRE(eventually([&] { return processesWith(seconds) == 1; }));
  // The init has no name of its own outside; it is the parent of the step.
  REQUIRE(std::system(("kill -9 $(ps -o ppid= -p $(pgrep -f 'sleep " + seconds + "' | head -1))")
                          .c_str()) == 0);
  runner.join();
  CHECK(error.find("killed") != std::string::npos);
  CHECK(processesWith(seconds) == 0);
  root.reset();
  CHECK(fixture.output("echo fine") == "fine");
}
