// The scheduler's promises: order, barriers, failures, size.
#include "runtime/exec/scheduler.h"

#include <catch2/catch.hpp>

#include <random>

using namespace pipec;
using exec::NodeState;
using exec::Scheduler;
using plan::NodeId;

namespace {

/// Plans of nodes that wait for each other and do nothing.
struct Graph {
  plan::Plan plan;

  plan::StageId stage(const char* name) { return plan.stages.push({name, false, {}}); }

  NodeId add(plan::ActionKind kind, std::vector<NodeId> needs, plan::StageId stage = {},
             plan::StageId before = {}) {
    plan::Node node;
    plan::ActionSpec spec;
    spec.kind = kind;
    node.what = std::move(spec);
    node.waits = std::move(needs);
    node.stage = stage;
    node.before = before;
    return plan.nodes.push(std::move(node));
  }
  NodeId build(std::vector<NodeId> needs = {}) {
    return add(plan::ActionKind::Build, std::move(needs));
  }
  std::vector<int64_t> times(int64_t each = 1) const {
    return std::vector<int64_t>(plan.nodes.size(), each);
  }
};

} // namespace

TEST_CASE("a node starts when all it needs has succeeded") {
  Graph graph;
  NodeId a = graph.build(), b = graph.build(), c = graph.build({a, b});
  Scheduler scheduler(graph.plan, false, graph.times());
  CHECK(scheduler.next() == a);
  CHECK(scheduler.next() == b);
  CHECK_FALSE(scheduler.next());
  scheduler.finish(a, NodeState::Succeeded);
  CHECK_FALSE(scheduler.next());
  scheduler.finish(b, NodeState::Cached);
  CHECK(scheduler.next() == c);
  CHECK_FALSE(scheduler.done());
  scheduler.finish(c, NodeState::Succeeded);
  CHECK(scheduler.done());
}

TEST_CASE("the longest way to the end comes first") {
  Graph graph;
  NodeId lone = graph.build();
  NodeId head = graph.build();
  NodeId middle = graph.build({head});
  graph.build({middle});
  Scheduler scheduler(graph.plan, false, graph.times());
  CHECK(scheduler.next() == head);
  CHECK(scheduler.next() == lone);
}

TEST_CASE("after a failure its users are skipped, and nothing new starts") {
  Graph graph;
  NodeId bad = graph.build(), user = graph.build({bad}), other = graph.build();
  SECTION("without keepGoing everything else is skipped") {
    Scheduler scheduler(graph.plan, false, graph.times());
    REQUIRE(scheduler.next() == bad);
    auto skipped = scheduler.finish(bad, NodeState::Failed);
    CHECK(skipped.size() == 2);
    CHECK(scheduler.state(user) == NodeState::Skipped);
    CHECK(scheduler.state(other) == NodeState::Skipped);
    CHECK(scheduler.done());
  }
  SECTION("with keepGoing what is independent goes on") {
    Scheduler scheduler(graph.plan, true, graph.times());
    REQUIRE(scheduler.next() == bad);
    CHECK(scheduler.finish(bad, NodeState::Failed).size() == 1);
    CHECK(scheduler.state(user) == NodeState::Skipped);
    CHECK(scheduler.next() == other);
  }
  SECTION("what runs at that moment finishes and counts") {
    Scheduler scheduler(graph.plan, false, graph.times());
    REQUIRE(scheduler.next() == bad);
    REQUIRE(scheduler.next() == other);
    scheduler.finish(bad, NodeState::Failed);
    CHECK_FALSE(scheduler.done());
    scheduler.finish(other, NodeState::Succeeded);
    CHECK(scheduler.state(other) == NodeState::Succeeded);
    CHECK(scheduler.done());
  }
}

TEST_CASE("no effect starts after a failure, even with keepGoing") {
  Graph graph;
  plan::StageId only = graph.stage("only");
  NodeId bad = graph.build();
  NodeId deploy = graph.add(plan::ActionKind::Deploy, {}, only);
  Scheduler scheduler(graph.plan, true, {100, 1});
  REQUIRE(scheduler.next() == bad);
  scheduler.finish(bad, NodeState::Failed);
  CHECK(scheduler.state(deploy) == NodeState::Skipped);
}

TEST_CASE("an effect waits for everything bound before its stage") {
  Graph graph;
  plan::StageId first = graph.stage("first"), second = graph.stage("second");
  NodeId outside = graph.add(plan::ActionKind::Build, {}, {}, first);
  NodeId check = graph.add(plan::ActionKind::Test, {}, first, second);
  NodeId deploy = graph.add(plan::ActionKind::Deploy, {}, second);
  Scheduler scheduler(graph.plan, false, graph.times());
  REQUIRE(scheduler.next() == outside);
  REQUIRE(scheduler.next() == check);
  CHECK_FALSE(scheduler.next());
  SECTION("and starts when all of that has succeeded") {
    scheduler.finish(check, NodeState::Cached);
    CHECK_FALSE(scheduler.next());
    scheduler.finish(outside, NodeState::Succeeded);
    CHECK(scheduler.next() == deploy);
    CHECK(scheduler.takeFinishedStages().empty());
    scheduler.finish(deploy, NodeState::Succeeded);
    CHECK(scheduler.takeFinishedStages() == std::vector<plan::StageId>{second});
  }
  SECTION("a failed test without a proof blocks it all the same") {
    scheduler.finish(check, NodeState::Failed);
    CHECK(scheduler.state(deploy) == NodeState::Skipped);
  }
  SECTION("a failed test that only warns does not") {
    scheduler.finish(check, NodeState::Failed, /*tolerated=*/true);
    scheduler.finish(outside, NodeState::Succeeded);
    CHECK(scheduler.next() == deploy);
  }
  SECTION("something held before it blocks it without being a failure") {
    scheduler.finish(check, NodeState::Held);
    CHECK(scheduler.state(deploy) == NodeState::Skipped);
    scheduler.finish(outside, NodeState::Succeeded);
    CHECK(scheduler.done());
  }
}

TEST_CASE("stopping skips what has not started") {
  Graph graph;
  NodeId a = graph.build();
  graph.build({a});
  graph.build();
  Scheduler scheduler(graph.plan, false, graph.times());
  REQUIRE(scheduler.next() == a);
  CHECK(scheduler.stop().size() == 2);
  CHECK_FALSE(scheduler.done());
  scheduler.finish(a, NodeState::Succeeded);
  CHECK(scheduler.done());
}

// ---- plans that grow
// -----------------------------------------------------------------------------

namespace {

/// A generator, a list of what it makes, and a step that waits for the whole list.
struct ListGraph : Graph {
  plan::StageId ship = stage("ship");
  NodeId generate = add(plan::ActionKind::Build, {}, {}, ship);
  NodeId list = expansion({generate}, ship);
  NodeId link = deferred({list}, ship);
  NodeId other = add(plan::ActionKind::Build, {}, {}, ship);
  NodeId deploy = add(plan::ActionKind::Deploy, {}, ship);

  NodeId expansion(std::vector<NodeId> needs, plan::StageId before) {
    NodeId node = add(plan::ActionKind::Build, std::move(needs), {}, before);
    plan.nodes[node].what = plan::TreeSpec(plan::Expansion());
    return node;
  }
  NodeId deferred(std::vector<NodeId> needs, plan::StageId before) {
    NodeId node = add(plan::ActionKind::Build, std::move(needs), {}, before);
    plan.nodes[node].deferred = true;
    return node;
  }

  /// Adds `count` elements, which `link` needs.
  plan::Growth expand(uint32_t count) {
    plan::Growth growth;
    growth.firstNew = plan.nodes.idAt(plan.nodes.size());
    for (uint32_t i = 0; i < count; ++i) {
      NodeId element = add(plan::ActionKind::Build, {generate}, {}, ship);
      plan.nodes[link].waits.push_back(element);
    }
    plan.nodes[link].deferred = false;
    std::vector<NodeId> added = plan.nodes[link].waits;
    added.erase(added.begin());
    growth.completed.push_back({link, std::move(added)});
    return growth;
  }
};

} // namespace

TEST_CASE("what an expansion adds runs before what waits for the list, and before the next stage") {
  ListGraph graph;
  Scheduler scheduler(graph.plan, false, {9, 9, 9, 1, 1});
  REQUIRE(scheduler.next() == graph.generate);
  REQUIRE(scheduler.next() == graph.other);
  scheduler.finish(graph.other, NodeState::Succeeded);
  scheduler.finish(graph.generate, NodeState::Succeeded);
  REQUIRE(scheduler.next() == graph.list);
  CHECK_FALSE(scheduler.next());
  SECTION("two elements") {
    CHECK(scheduler.grow(graph.list, graph.expand(2), {1, 5}).empty());
    NodeId first{5}, second{6};
    CHECK(scheduler.next() == second); // the longer way comes first
    CHECK(scheduler.next() == first);
    scheduler.finish(graph.list, NodeState::Cached);
    CHECK_FALSE(scheduler.next());
    scheduler.finish(first, NodeState::Cached);
    CHECK_FALSE(scheduler.next());
    SECTION("that succeed") {
      scheduler.finish(second, NodeState::Succeeded);
      CHECK(scheduler.next() == graph.link);
      scheduler.finish(graph.link, NodeState::Succeeded);
      CHECK(scheduler.next() == graph.deploy);
    }
    SECTION("of which one fails") {
      scheduler.finish(second, NodeState::Failed);
      CHECK(scheduler.state(graph.link) == NodeState::Skipped);
      CHECK(scheduler.state(graph.deploy) == NodeState::Skipped);
      CHECK(scheduler.done());
    }
  }
  SECTION("none") {
    CHECK(scheduler.grow(graph.list, graph.expand(0), {}).empty());
    CHECK_FALSE(scheduler.next());
    scheduler.finish(graph.list, NodeState::Cached);
    CHECK(scheduler.next() == graph.link);
  }
  SECTION("an element that has ended before is not waited for") {
    plan::Growth growth;
    growth.firstNew = graph.plan.nodes.idAt(graph.plan.nodes.size());
    graph.plan.nodes[graph.link].waits.push_back(graph.other);
    growth.completed.push_back({graph.link, {graph.other}});
    CHECK(scheduler.grow(graph.list, growth, {}).empty());
    scheduler.finish(graph.list, NodeState::Cached);
    CHECK(scheduler.next() == graph.link);
  }
}

TEST_CASE("an expansion that ends after a failure or a stop adds nothing that starts") {
  ListGraph graph;
  bool keepGoing = GENERATE(false, true);
  Scheduler scheduler(graph.plan, keepGoing, {9, 9, 9, 1, 1});
  REQUIRE(scheduler.next() == graph.generate);
  REQUIRE(scheduler.next() == graph.other);
  scheduler.finish(graph.generate, NodeState::Succeeded);
  REQUIRE(scheduler.next() == graph.list);
  SECTION("a failure") {
    scheduler.finish(graph.other, NodeState::Failed);
    auto skipped = scheduler.grow(graph.list, graph.expand(2), {1, 1});
    CHECK(skipped.size() == (keepGoing ? 0 : 2));
    for (const auto& [node, because] : skipped)
      CHECK(because == graph.other);
    CHECK(scheduler.next().has_value() == keepGoing);
  }
  SECTION("a stop") {
    scheduler.stop();
    auto skipped = scheduler.grow(graph.list, graph.expand(2), {1, 1});
    CHECK(skipped.size() == 2);
    CHECK_FALSE(scheduler.next());
  }
  SECTION("an element whose own need has failed") {
    graph.plan.nodes[graph.link].waits.push_back(graph.other);
    plan::Growth growth;
    growth.firstNew = graph.plan.nodes.idAt(graph.plan.nodes.size());
    growth.completed.push_back({graph.link, {graph.other}});
    scheduler.finish(graph.other, NodeState::Failed);
    scheduler.grow(graph.list, growth, {});
    CHECK(scheduler.state(graph.link) == NodeState::Skipped);
  }
}

TEST_CASE("a chain of 100,000 and 100,000 ready nodes overflow nothing") {
  Graph graph;
  static constexpr uint32_t Count = 100'000;
  for (uint32_t i = 0; i < Count; ++i)
    graph.build(i == 0 ? std::vector<NodeId>{} : std::vector<NodeId>{NodeId{i - 1}});
  for (uint32_t i = 0; i < Count; ++i)
    graph.build();
  SECTION("all succeed") {
    Scheduler scheduler(graph.plan, false, graph.times());
    uint32_t ran = 0;
    while (auto node = scheduler.next()) {
      scheduler.finish(*node, NodeState::Succeeded);
      ++ran;
    }
    CHECK(ran == 2 * Count);
  }
  SECTION("the first of the chain fails") {
    Scheduler scheduler(graph.plan, false, graph.times());
    REQUIRE(scheduler.next() == NodeId{0});
    CHECK(scheduler.finish(NodeId{0}, NodeState::Failed).size() == 2 * Count - 1);
    CHECK(scheduler.done());
  }
}

TEST_CASE("random graphs: every node ends once, and never before what it needs") {
  std::mt19937 random(GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u));
  Graph graph;
  std::vector<plan::StageId> stages = {graph.stage("a"), graph.stage("b"), graph.stage("c")};
  for (uint32_t i = 0; i < 200; ++i) {
    std::vector<NodeId> needs;
    for (uint32_t n = random() % 4; i > 0 && n > 0; --n)
      needs.push_back(NodeId{static_cast<uint32_t>(random() % i)});
    uint32_t stage = i / 67;
    bool effect = random() % 10 == 0;
    graph.add(effect ? plan::ActionKind::Deploy : plan::ActionKind::Build, needs, stages[stage],
              stage < 2 ? stages[stage + 1] : plan::StageId{});
  }
  Scheduler scheduler(graph.plan, random() % 2 == 0, graph.times());
  std::vector<NodeId> running;
  std::vector<bool> ended(200, false);
  for (;;) {
    while (running.size() < 8) {
      auto node = scheduler.next();
      if (!node)
        break;
      for (NodeId need : plan::dependencies(graph.plan.nodes[*node]))
        REQUIRE(exec::isSuccess(scheduler.state(need)));
      running.push_back(*node);
    }
    if (running.empty())
      break;
    size_t pick = random() % running.size();
    NodeId node = running[pick];
    running.erase(running.begin() + pick);
    REQUIRE_FALSE(ended[node.index]);
    ended[node.index] = true;
    NodeState state = random() % 30 == 0   ? NodeState::Failed
                      : random() % 30 == 0 ? NodeState::Held
                                           : NodeState::Succeeded;
    for (const auto& skipped : scheduler.finish(node, state)) {
      REQUIRE_FALSE(ended[skipped.node.index]);
      ended[skipped.node.index] = true;
    }
  }
  CHECK(scheduler.done());
  scheduler.stop();
  for (uint32_t i = 0; i < 200; ++i)
    CHECK(exec::isFinal(scheduler.state(NodeId{i})));
}
