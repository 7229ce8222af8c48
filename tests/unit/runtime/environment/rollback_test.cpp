// Live tests that fail, and what becomes of the environment.
#include "tests/unit/runtime/environment/delivery_world.h"

#include "runtime/environment/by_hand.h"

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;
using Catch::Contains;
using Words = std::vector<std::string>;

TEST_CASE("a failed live test rolls back to the stable release, and holds the failed one back") {
  World world;
  world.build("A");
  world.ran();
  world.machine.failing = {"test"};
  auto failed = world.build("B");
  CHECK(failed.deploy.state == NodeState::Succeeded);
  CHECK(failed.test.state == NodeState::Failed);
  CHECK_THAT(failed.test.reason, Contains("`Production` was rolled back to release " +
                                          world.releaseOf("A").substr(0, 12)));
  CHECK(world.ran() == Words{"deploy", "test", "rollback"});
  CHECK(world.machine.serves == world.releaseOf("A"));
  State state = world.state();
  CHECK(state.recorded.release.hex() == world.releaseOf("A"));
  CHECK(state.generation == 3);
  REQUIRE(state.hold);
  CHECK(state.hold->release.hex() == world.releaseOf("B"));
  auto log = get(world.ledger->log("site.pipe:Production"));
  CHECK(log[0].kind == AttemptKind::Rollback);
  CHECK(log[0].result == "succeeded");

  world.machine.failing = {};
  auto held = world.build("B");
  CHECK(held.deploy.state == NodeState::Held);
  CHECK_THAT(held.deploy.reason, Contains("`pipec unhold Production`"));
  CHECK(world.machine.serves == world.releaseOf("A"));
  CHECK(world.build("C").deploy.state == NodeState::Succeeded);
  CHECK_FALSE(world.state().hold);
}

TEST_CASE("a hold that a person lifted lets the release through") {
  World world;
  world.build("A");
  world.machine.failing = {"test"};
  world.build("B");
  world.machine.failing = {};
  Event event;
  event.kind = EventKind::Unhold;
  CHECK(get(world.ledger->apply("site.pipe:Production", event)));
  CHECK(world.build("B").deploy.state == NodeState::Succeeded);
  CHECK(world.state().stable->hex() == world.releaseOf("B"));
}

TEST_CASE("the rollback uses the clause recorded with the release being undone") {
  World world;
  world.build("A");
  world.deploySpec.rollback =
      World::command({World::text("rollback"), World::hole(plan::HoleKind::Release),
                      World::hole(plan::HoleKind::PreviousPath), World::text("as B says")});
  world.machine.failing = {"test"};
  world.build("B");
  const sandbox::Spawn& rollback = world.machine.spawns.back();
  REQUIRE(rollback.arguments.size() == 4);
  CHECK(rollback.arguments[3] == "as B says");
  // `previous` is the stable release's subject.
  REQUIRE(rollback.inputs.size() == 1);
  CHECK(readFile(rollback.inputs[0].hostPath) == "A");
}

TEST_CASE("without a rollback clause the stable release is deployed again, as it was recorded") {
  World world;
  world.deploySpec.rollback.reset();
  world.build("A");
  std::string a = world.releaseOf("A");
  // The pipeline is edited: the new definition is not what put A there.
  world.deploySpec.run = {World::command(
      {World::text("deploy"), World::hole(plan::HoleKind::Release), World::text("new way")})};
  world.machine.failing = {"test"};
  auto failed = world.build("B");
  CHECK(failed.test.state == NodeState::Failed);
  CHECK(world.machine.serves == a);
  CHECK(world.machine.spawns.back().arguments == Words{"deploy", a});
}

TEST_CASE("without a stable release nothing runs, and the environment is marked") {
  World world;
  world.machine.failing = {"test"};
  auto failed = world.build("A");
  CHECK(failed.test.state == NodeState::Failed);
  CHECK_THAT(failed.test.reason, Contains("no stable release"));
  CHECK(world.ran() == Words{"deploy", "test"});
  CHECK(world.state().verified == Verified::Fail);
  CHECK_FALSE(world.state().stable);
  world.machine.failing = {};
  auto again = world.build("A");
  CHECK(again.deploy.state == NodeState::Succeeded);
  CHECK(world.state().verified == Verified::Pass);
}

TEST_CASE("a rollback that fails leaves the environment unknown, and says so") {
  World world;
  world.build("A");
  world.machine.failing = {"test", "rollback"};
  auto failed = world.build("B");
  CHECK_THAT(failed.test.reason, Contains("rolling `Production` back failed"));
  CHECK(world.state().recorded.kind == Recorded::Kind::Unknown);
  CHECK(world.state().hold);
}

TEST_CASE("on_fail = stop marks the environment and leaves it") {
  World world;
  world.testSpec.onFail = plan::OnFail::Stop;
  world.build("A");
  world.ran();
  world.machine.failing = {"test"};
  CHECK(world.build("B").test.state == NodeState::Failed);
  CHECK(world.ran() == Words{"deploy", "test"});
  CHECK(world.state().verified == Verified::Fail);
  CHECK(world.state().stable->hex() == world.releaseOf("A"));
}

TEST_CASE("on_fail = warn blocks nothing, and no pass is remembered") {
  World world;
  world.testSpec.onFail = plan::OnFail::Warn;
  world.machine.failing = {"test"};
  auto built = world.build("A");
  CHECK(built.test.state == NodeState::Failed);
  CHECK(built.test.tolerated);
  CHECK(world.state().stable->hex() == world.releaseOf("A"));
  auto again = world.build("A");
  CHECK(again.deploy.state == NodeState::Cached);
  CHECK(again.test.state == NodeState::Failed);
}

TEST_CASE("a test whose environment moves on while it looks is superseded, and judges nothing") {
  World world;
  world.machine.during = [&](const std::string& command) {
    if (command != "test")
      return;
    Ledger::Attempt other;
    other.environment = "site.pipe:Production";
    get(world.ledger->begin(other, nullptr));
  };
  auto built = world.build("A");
  CHECK(built.test.state == NodeState::Superseded);
  CHECK(world.state().verified == Verified::None);
  CHECK_FALSE(world.state().stable);
}

TEST_CASE("a rollback by hand that failed is done again, and holds the same release back") {
  World world;
  world.build("A");
  world.build("B");
  auto byHand = [&](const std::string& to) {
    exec::StepRunner steps(*world.store, *world.runner, world.folder / "scratch", false);
    Operator hands({*world.ledger,
                    steps,
                    world.secrets,
                    workspace::allGrants(),
                    world.folder.path,
                    "ada",
                    "",
                    {}});
    auto never = [] { return false; };
    auto quiet = [](llvm::StringRef) {};
    return get(rollBackByHand(hands, {"site.pipe:Production", to, "why"},
                              {std::chrono::milliseconds(0), quiet, never}));
  };
  world.machine.failing = {"rollback"};
  HandResult failed = byHand(world.releaseOf("A"));
  CHECK(failed.state == HandState::Failed);
  CHECK(world.state().recorded.kind == Recorded::Kind::Unknown);
  CHECK(world.state().stable->hex() == world.releaseOf("B"));
  REQUIRE(world.state().hold);
  CHECK(world.state().hold->release.hex() == world.releaseOf("B"));
  CHECK(world.state().hold->by == "ada");
  CHECK(world.state().hold->reason == "by ada: why");

  world.machine.failing = {};
  HandResult done = byHand(world.releaseOf("A").substr(0, 6));
  CHECK(done.state == HandState::Done);
  CHECK(world.machine.serves == world.releaseOf("A"));
  CHECK(world.state().recorded.release.hex() == world.releaseOf("A"));
  CHECK(world.state().stable->hex() == world.releaseOf("A"));
  REQUIRE(world.state().hold);
  CHECK(world.state().hold->release.hex() == world.releaseOf("B"));
  // And forward again: what was held back is there, the other one is held.
  CHECK(byHand(world.releaseOf("B")).undone->hex() == world.releaseOf("A"));
  CHECK(world.state().hold->release.hex() == world.releaseOf("A"));
  CHECK(world.build("A").deploy.state == NodeState::Held);
}

TEST_CASE("a rollback whose content is gone runs nothing, and what is there stays known") {
  World world;
  world.deploySpec.rollback =
      World::command({World::text("rollback"), World::hole(plan::HoleKind::Release),
                      World::hole(plan::HoleKind::PreviousPath)});
  world.build("A");
  world.ran();
  world.store = get(cas::openLocalContentStore(world.folder / "another cache"));
  world.machine.failing = {"test"};
  auto failed = world.build("B");
  CHECK_THAT(failed.test.reason, Contains("no longer in the content store"));
  CHECK(world.ran() == Words{"deploy", "test"});
  CHECK(world.state().recorded.release.hex() == world.releaseOf("B"));
  CHECK(world.state().verified == Verified::Fail);
}
