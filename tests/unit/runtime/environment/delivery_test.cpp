// Deploys and live tests, from the guards to what is recorded.
#include "tests/unit/runtime/environment/delivery_world.h"

#include <sys/wait.h>

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;
using Catch::Contains;
using Words = std::vector<std::string>;

TEST_CASE("a deploy and its test run once, and an unchanged repeat does nothing") {
  World world;
  auto first = world.build("A");
  CHECK(first.deploy.state == NodeState::Succeeded);
  CHECK(first.deploy.reason == "nothing is deployed to `Production` yet");
  CHECK(first.deploy.url == "http://localhost:1");
  CHECK(first.test.state == NodeState::Succeeded);
  CHECK(world.ran() == Words{"deploy", "test"});
  CHECK(world.machine.spawns[1].arguments[1] == "http://localhost:1");
  CHECK(world.state().verified == Verified::Pass);
  CHECK(world.state().stable->hex() == world.releaseOf("A"));

  auto second = world.build("A");
  CHECK(second.deploy.state == NodeState::Cached);
  CHECK(second.deploy.reason == "already deployed and verified");
  CHECK(second.deploy.execution == "e1");
  CHECK(second.deploy.url == "http://localhost:1");
  CHECK(second.test.state == NodeState::Cached);
  CHECK(second.test.stdoutDigest == first.test.stdoutDigest);
  CHECK(world.ran().empty());
  CHECK(world.state().generation == 1);
}

TEST_CASE("A, then B, then A deploys A again") {
  World world;
  world.build("A");
  world.build("B");
  auto again = world.build("A");
  CHECK(again.deploy.state == NodeState::Succeeded);
  CHECK(again.test.state == NodeState::Succeeded);
  CHECK(world.ran() == Words{"deploy", "test", "deploy", "test", "deploy", "test"});
  CHECK(world.machine.serves == world.releaseOf("A"));
  CHECK(world.state().generation == 3);
}

TEST_CASE("a deploy without tests is stable at once, and unverified") {
  World world;
  world.hasTest = false;
  world.build("A");
  CHECK(world.state().stable->hex() == world.releaseOf("A"));
  CHECK(world.state().verified == Verified::None);
  CHECK(world.build("A").deploy.state == NodeState::Cached);
}

TEST_CASE("a deploy that fails leaves the environment unknown, and the next one acts") {
  World world;
  world.build("A");
  world.machine.failing = {"deploy"};
  auto failed = world.build("B");
  CHECK(failed.deploy.state == NodeState::Failed);
  CHECK(failed.deploy.failure->code == "R1004");
  CHECK(world.state().recorded.kind == Recorded::Kind::Unknown);
  CHECK(world.state().stable->hex() == world.releaseOf("A"));
  world.machine.failing = {};
  CHECK(world.build("B").deploy.state == NodeState::Succeeded);
  CHECK(world.state().recorded.release.hex() == world.releaseOf("B"));
}

TEST_CASE("a process that is killed in its deploy leaves it unknown, and the next one acts") {
  World world;
  world.build("A");
  pid_t child = ::fork();
  if (child == 0) {
    world.machine.during = [](const std::string&) { ::_exit(9); };
    world.ledger = get(openLedger(world.folder / "state", Access::Write));
    world.build("B");
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WEXITSTATUS(status) == 9);
  CHECK(world.state().recorded.kind == Recorded::Kind::Unknown);
  CHECK(world.state().desired->hex() == world.releaseOf("B"));
  auto next = world.build("B");
  CHECK(next.deploy.state == NodeState::Succeeded);
  CHECK_THAT(next.deploy.reason, Contains("did not succeed"));
}

TEST_CASE("retries are attempts of their own, each with its fence") {
  World world;
  world.deploySpec.retries = 2;
  world.machine.failing = {"deploy"};
  world.machine.failures = 1;
  auto built = world.build("A");
  CHECK(built.deploy.state == NodeState::Succeeded);
  CHECK_THAT(built.deploy.reason, Contains("attempt 2"));
  CHECK(built.deploy.generation == 2);
  Words fences;
  for (const sandbox::Spawn& spawn : world.machine.spawns)
    for (const sandbox::Variable& variable : spawn.environment)
      if (variable.name == "PIPEC_FENCE")
        fences.push_back(variable.value);
  CHECK(fences == Words{"1", "2", "2"});
}

TEST_CASE("a late writer is not recorded, and what is there is unknown") {
  World world;
  world.hasTest = false;
  world.machine.during = [&](const std::string&) {
    world.machine.during = nullptr;
    Ledger::Attempt other;
    other.environment = "site.pipe:Production";
    get(world.ledger->begin(other, nullptr));
  };
  auto built = world.build("A");
  CHECK(built.deploy.state == NodeState::Superseded);
  CHECK(world.state().recorded.kind == Recorded::Kind::Unknown);
}

TEST_CASE("a probe that shows something else makes the next deploy act") {
  World world;
  world.deploySpec.probe = World::command({World::text("probe")});
  world.build("A");
  CHECK(world.build("A").deploy.state == NodeState::Cached);
  CHECK(world.ran() == Words{"deploy", "test", "probe"});
  world.machine.serves = "changed-by-hand";
  auto drifted = world.build("A");
  CHECK(drifted.deploy.state == NodeState::Succeeded);
  CHECK_THAT(drifted.deploy.reason, Contains("`changed-by-hand`"));
  CHECK(world.machine.serves == world.releaseOf("A"));
}

TEST_CASE("a protected environment is held unless it is named, and a no-op needs no name") {
  World world;
  world.environment.isProtected = true;
  auto held = world.build("A");
  CHECK(held.deploy.state == NodeState::Held);
  CHECK_THAT(held.deploy.reason, Contains("--deploy Production"));
  CHECK(world.ran().empty());
  CHECK(world.state() == State{});
  world.options.deployTo = {"Production"};
  CHECK(world.build("A").deploy.state == NodeState::Succeeded);
  world.options.deployTo = {};
  CHECK(world.build("A").deploy.state == NodeState::Cached);
}

TEST_CASE("no effect starts with --no-deploy") {
  World world;
  world.options.noDeploy = true;
  CHECK(world.build("A").deploy.state == NodeState::Skipped);
  CHECK(world.ran().empty());
}

TEST_CASE("a dry run says what would happen, and writes nothing") {
  World world;
  world.ledger = get(openLedger(world.folder / "nothing", Access::Read));
  world.options.dryRun = true;
  auto would = world.build("A");
  CHECK(would.deploy.state == NodeState::Succeeded);
  CHECK(would.test.state == NodeState::Succeeded);
  CHECK(world.ran().empty());
  CHECK_FALSE(exists(world.folder / "nothing"));

  world.options.dryRun = false;
  world.ledger = get(openLedger(world.folder / "state", Access::Write));
  world.build("A");
  world.ran();
  world.options.dryRun = true;
  would = world.build("A");
  CHECK(would.deploy.state == NodeState::Cached);
  CHECK(would.test.state == NodeState::Cached);
  CHECK(world.build("B").deploy.state == NodeState::Succeeded);
  CHECK(world.ran().empty());
  CHECK(get(world.ledger->log("site.pipe:Production")).size() == 1);
}

TEST_CASE("the option --verify runs the live test of an unchanged generation again") {
  World world;
  world.build("A");
  world.options.verify = true;
  auto built = world.build("A");
  CHECK(built.deploy.state == NodeState::Cached);
  CHECK(built.test.state == NodeState::Succeeded);
  CHECK(world.ran() == Words{"deploy", "test", "test"});
}

TEST_CASE("a pass after a retry is flaky, keeps both logs and is not remembered") {
  World world;
  world.testSpec.retries = 1;
  world.machine.failing = {"test"};
  world.machine.failures = 1;
  auto built = world.build("A");
  CHECK(built.test.state == NodeState::Flaky);
  CHECK(get(world.store->bytes(*built.test.stdoutDigest)) == "test says\ntest says\n");
  CHECK(world.state().verified == Verified::Pass);
  world.ran();
  CHECK(world.build("A").test.state == NodeState::Succeeded);
  CHECK(world.ran() == Words{"test"});
}

TEST_CASE("an environment that is in use is waited for, then given up, by name") {
  World world;
  int ready[2];
  int leave[2];
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(leave) == 0);
  pid_t child = ::fork();
  if (child == 0) {
    // The other process is in the middle of its deploy.
    world.machine.during = [&](const std::string&) {
      char byte = 'x';
      (void)!::write(ready[1], &byte, 1);
      (void)!::read(leave[0], &byte, 1);
    };
    world.hasTest = false;
    world.ledger = get(openLedger(world.folder / "state", Access::Write));
    world.build("B");
    ::_exit(0);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  world.lockTimeout = std::chrono::milliseconds(20);
  auto refused = world.build("A");
  CHECK(refused.deploy.state == NodeState::Failed);
  CHECK(refused.deploy.failure->code == "R1009");
  REQUIRE(world.observer.warnings.size() == 1);
  CHECK_THAT(world.observer.warnings[0], Contains("waiting for `Production`"));
  CHECK(world.ran().empty());
  REQUIRE(::write(leave[1], "x", 1) == 1);
  world.lockTimeout = std::chrono::seconds(60);
  CHECK(world.build("A").deploy.state == NodeState::Succeeded);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  auto log = get(world.ledger->log("site.pipe:Production"));
  REQUIRE(log.size() == 2);
  CHECK(log[1].result == "succeeded");
  CHECK(log[0].generation == 2);
  for (int descriptor : {ready[0], ready[1], leave[0], leave[1]})
    ::close(descriptor);
}

TEST_CASE("the step keeps the lock's descriptor") {
  World world;
  world.build("A");
  for (const sandbox::Spawn& spawn : world.machine.spawns)
    CHECK(spawn.heldDescriptor >= 0);
}

TEST_CASE("a missing secret is named with its variable, before anything is written") {
  World world;
  world.deploySpec.secrets = {{"TOKEN", "aws/www"}};
  auto failed = world.build("A");
  CHECK(failed.deploy.state == NodeState::Failed);
  CHECK_THAT(failed.deploy.reason, Contains("PIPEC_SECRET_AWS_WWW"));
  CHECK(world.state() == State{});
  world.secrets.values["aws/www"] = "hunter2";
  CHECK(world.build("A").deploy.state == NodeState::Succeeded);
}

TEST_CASE("an environment keeps out the secrets that it does not list") {
  World world;
  world.secrets.values["gcp/www"] = "hunter2";
  world.deploySpec.secrets = {{"TOKEN", "gcp/www"}};
  world.environment.secretsFrom = {"aws/*"};
  CHECK_THAT(world.build("A").deploy.reason, Contains("`secrets_from` of `Production`"));
  world.environment.secretsFrom = {"aws/*", "gcp/*"};
  CHECK(world.build("A").deploy.state == NodeState::Succeeded);
}

TEST_CASE("the environment's folders are there to write, below the workspace if relative") {
  World world;
  world.environment.paths = {"www", "/srv/www"};
  world.build("A");
  const auto& paths = world.machine.spawns[0].hostPaths;
  REQUIRE(paths.size() == 2);
  CHECK(paths[0].path == "/srv/www");
  CHECK(paths[1].path == world.folder / "www");
  CHECK(paths[0].writable);
}
