// A deploy that is killed, with real processes: its lock lasts as long as they do.
#include "tests/unit/runtime/environment/delivery_world.h"

#include <csignal>
#include <sys/wait.h>

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;

static plan::Command script(const std::string& body) {
  return World::command({World::text("sh"), World::text("-c"), World::text(body)});
}

TEST_CASE("a killed deploy writes nothing after the next one has the lock") {
  World world;
  std::string target = world.folder / "target";
  std::string log = target + "/log";
  check(base::makeDirectories(target));
  world.hasTest = false;
  world.environment.paths = {target};
  world.deploySpec.run = {script("while :; do echo old >> " + log + "; done")};
  pid_t child = ::fork();
  if (child == 0) {
    auto runner = get(sandbox::makeSpawnRunner(sandbox::SandboxMode::Auto, world.folder / "cache"));
    world.runner = runner.get();
    world.ledger = get(openLedger(world.folder / "state", Access::Write));
    world.build("A");
    ::_exit(0);
  }
  while ((!exists(log) || readFile(log).empty()) && ::waitpid(child, nullptr, WNOHANG) == 0)
    ::usleep(1000);
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(world.state().recorded.kind == Recorded::Kind::Unknown);

  auto runner = get(sandbox::makeSpawnRunner(sandbox::SandboxMode::Auto, world.folder / "cache"));
  if (runner->isolation() != sandbox::Isolation::Full) {
    WARN("this machine cannot keep the processes of a step together");
    return;
  }
  world.runner = runner.get();
  world.lockTimeout = std::chrono::seconds(60);
  world.deploySpec.run = {script("echo new >> " + log)};
  CHECK(world.build("B").deploy.state == NodeState::Succeeded);
  std::string written = readFile(log);
  CHECK(llvm::StringRef(written).starts_with("old\n"));
  CHECK(llvm::StringRef(written).ends_with("\nnew\n"));
  CHECK(world.state().recorded.release.hex() == world.releaseOf("B"));
}
