// What runs together never takes more than there is, and nothing waits for ever.
#include "runtime/exec/resources.h"
#include "runtime/exec/scheduler.h"

#include <catch2/catch.hpp>

#include <random>

using namespace pipec;
using exec::Machine;
using exec::NodeState;
using exec::Request;
using exec::Resources;
using exec::Scheduler;
using plan::NodeId;

static constexpr uint64_t GiB = 1ull << 30;

namespace {

struct Steps {
  plan::Plan plan;
  std::vector<int64_t> times;

  NodeId add(std::optional<int64_t> cpus, std::optional<uint64_t> memory, int64_t time = 1,
             std::vector<NodeId> needs = {}) {
    plan::ActionSpec spec;
    spec.cpus = cpus;
    spec.memory = memory;
    plan::Node node;
    node.what = std::move(spec);
    node.waits = std::move(needs);
    node.label = "p.step";
    times.push_back(time);
    return plan.nodes.push(std::move(node));
  }
  NodeId tree() {
    plan::Node node;
    node.what = plan::TreeSpec(plan::Expansion());
    times.push_back(0);
    return plan.nodes.push(std::move(node));
  }
  Scheduler scheduler(Machine machine, unsigned jobs) const {
    return Scheduler(plan, false, times, Resources(machine, jobs));
  }
};

} // namespace

TEST_CASE("two steps of 20 GiB never overlap on a machine of 24 GiB") {
  Steps steps;
  NodeId first = steps.add({}, 20 * GiB, 9), second = steps.add({}, 20 * GiB, 8);
  NodeId small = steps.add({}, 4 * GiB), none = steps.add({}, {});
  Scheduler scheduler = steps.scheduler({4, 24 * GiB}, 4);
  CHECK(scheduler.next() == first);
  // The second is next, so what is left of the memory is kept for it; the CPUs are not.
  CHECK(scheduler.next() == none);
  CHECK_FALSE(scheduler.next());
  CHECK_FALSE(scheduler.done());
  scheduler.finish(first, NodeState::Succeeded);
  CHECK(scheduler.next() == second);
  CHECK(scheduler.next() == small);
}

TEST_CASE("a step takes the CPUs that it asks for, and one if it asks for none") {
  Steps steps;
  NodeId three = steps.add(3, {}, 9), two = steps.add(2, {}, 8), plain = steps.add({}, {}, 7);
  SECTION("as many as there are") {
    Scheduler scheduler = steps.scheduler({4, GiB}, 4);
    CHECK(scheduler.next() == three);
    // One CPU is free, and kept for the step that waits for two.
    CHECK_FALSE(scheduler.next());
    scheduler.finish(three, NodeState::Succeeded);
    CHECK(scheduler.next() == two);
    CHECK(scheduler.next() == plain);
  }
  SECTION("and no more than there are") {
    Scheduler scheduler = steps.scheduler({2, GiB}, 4);
    CHECK(scheduler.next() == three);
    CHECK_FALSE(scheduler.next());
    scheduler.finish(three, NodeState::Succeeded);
    CHECK(scheduler.next() == two);
    CHECK_FALSE(scheduler.next());
  }
}

TEST_CASE("as many steps as there are jobs share the CPUs") {
  Steps steps;
  for (int i = 0; i < 64; ++i)
    steps.add({}, {});
  NodeId all = steps.add(2, {}, 5);
  Scheduler scheduler = steps.scheduler({2, GiB}, 64);
  REQUIRE(scheduler.next() == all);
  CHECK_FALSE(scheduler.next());
  scheduler.finish(all, NodeState::Succeeded);
  for (int i = 0; i < 64; ++i)
    CHECK(scheduler.next());
}

TEST_CASE("more memory than there is runs alone, and is told of") {
  Steps steps;
  NodeId huge = steps.add({}, 64 * GiB, 9);
  steps.add({}, {});
  NodeId tree = steps.tree();
  Machine machine{4, 24 * GiB};
  Scheduler scheduler = steps.scheduler(machine, 4);
  CHECK(scheduler.next() == huge);
  CHECK(scheduler.next() == tree); // starts no process
  CHECK_FALSE(scheduler.next());
  auto told = exec::excessiveRequest(steps.plan.nodes[huge], machine);
  REQUIRE(told);
  CHECK(told->find("`p.step` asks for 64 GiB of memory, and there is 24 GiB") == 0);
  CHECK_FALSE(exec::excessiveRequest(steps.plan.nodes[huge], {4, 64 * GiB}));
}

TEST_CASE("a stream of small steps does not keep a large one from its turn") {
  Steps steps;
  NodeId begin = steps.add({}, GiB, 100);
  NodeId large = steps.add(4, 8 * GiB, 50);
  std::vector<NodeId> chain = {steps.add({}, GiB)};
  for (int i = 0; i < 20; ++i)
    chain.push_back(steps.add({}, GiB, 1, {chain.back()}));
  for (int i = 0; i < 20; ++i)
    steps.add({}, {});
  Scheduler scheduler = steps.scheduler({4, 8 * GiB}, 4);
  REQUIRE(scheduler.next() == begin);
  // Its memory is not there: of the others those may start that take none.
  std::vector<NodeId> running;
  while (auto node = scheduler.next())
    running.push_back(*node);
  REQUIRE(running.size() == 3);
  scheduler.finish(begin, NodeState::Succeeded);
  // Now it is, and the CPUs that become free are kept, too.
  for (NodeId node : running) {
    CHECK_FALSE(scheduler.next());
    scheduler.finish(node, NodeState::Succeeded);
  }
  CHECK(scheduler.next() == large);
}

TEST_CASE("random plans: never more than there is, and everything ends") {
  std::mt19937 random(GENERATE(range(1u, 41u)));
  auto upTo = [&](uint64_t most) { return random() % (most + 1); };
  Steps steps;
  Machine machine{static_cast<unsigned>(1 + upTo(7)), 1 + upTo(100)};
  unsigned jobs = 1 + static_cast<unsigned>(upTo(11));
  for (uint32_t i = 0; i < 300; ++i) {
    std::vector<NodeId> needs;
    for (uint64_t n = upTo(2); i > 0 && n > 0; --n)
      needs.push_back(NodeId{static_cast<uint32_t>(upTo(i - 1))});
    steps.add(upTo(2) ? std::nullopt : std::optional<int64_t>(1 + upTo(9)),
              upTo(2) ? std::nullopt : std::optional<uint64_t>(1 + upTo(120)),
              static_cast<int64_t>(upTo(50)), std::move(needs));
  }
  Scheduler scheduler = steps.scheduler(machine, jobs);
  std::vector<NodeId> running;
  size_t ended = 0;
  auto checkSums = [&] {
    uint64_t cpus = 0, memory = 0;
    bool isAlone = false;
    for (NodeId node : running) {
      const plan::ActionSpec& spec = steps.plan.nodes[node].action();
      cpus += std::min<uint64_t>(machine.cpus, spec.cpus.value_or(jobs > machine.cpus ? 0 : 1));
      memory += std::min(machine.memory, spec.memory.value_or(0));
      isAlone |= spec.memory.value_or(0) > machine.memory;
    }
    REQUIRE(cpus <= machine.cpus);
    REQUIRE(memory <= machine.memory);
    REQUIRE((!isAlone || running.size() == 1));
  };
  for (;;) {
    while (running.size() < jobs) {
      auto node = scheduler.next();
      if (!node)
        break;
      running.push_back(*node);
      checkSums();
    }
    if (running.empty())
      break;
    size_t pick = upTo(running.size() - 1);
    scheduler.finish(running[pick], NodeState::Succeeded);
    running.erase(running.begin() + static_cast<ptrdiff_t>(pick));
    ++ended;
  }
  CHECK(ended == 300);
  CHECK(scheduler.done());
}
