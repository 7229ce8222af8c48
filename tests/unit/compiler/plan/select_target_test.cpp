// Narrowing a plan: what stays, what goes, and the messages.
#include "compiler/plan/select_target.h"

#include "compiler/base/error.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::plan;

namespace {
/// pipeline site { let src; let other; stage build { let app }; stage check { let unit };
///                 stage prod { let live; out copy = app }; let late; stage rare when false {} }
struct Site {
  Plan plan;
  NodeId src, other, app, unit, live, late;

  NodeId add(std::string name, ActionKind kind, std::vector<NodeId> needs, StageId stage = {}) {
    Node node;
    ActionSpec spec;
    spec.kind = kind;
    for (NodeId need : needs)
      spec.inputs.push_back({{need, 0}});
    node.what = spec;
    node.label = "site." + name;
    node.stage = stage;
    NodeId id = plan.nodes.push(node);
    plan.bindings.push_back(
        {node.label, ArtifactRef{id, 0}, {id}, stage, kind == ActionKind::Deploy});
    plan.roots.push_back(id);
    return id;
  }

  Site() {
    plan.pipeline = "site";
    StageId build = plan.stages.push({"build"}), check = plan.stages.push({"check"}),
            prod = plan.stages.push({"prod"});
    plan.stages.push({"rare", true});
    src = add("src", ActionKind::Source, {});
    other = add("other", ActionKind::Source, {});
    app = add("build.app", ActionKind::Build, {src}, build);
    unit = add("check.unit", ActionKind::Test, {app}, check);
    live = add("prod.live", ActionKind::Deploy, {app}, prod);
    late = add("late", ActionKind::Build, {other});
    plan.nodes[live].waits = {unit};
    plan.nodes[app].aliases = {"site.build.same"};
    plan.keptOutputs.push_back({"copy", {app, 0}, {}, prod});
    plan.keptOutputs.push_back({"extra", {late, 0}, {}, {}});
    plan.declaredOutputs = {"copy", "extra"};
  }
};
} // namespace

static std::vector<std::string> labels(llvm::Expected<Plan> plan) {
  REQUIRE(bool(plan));
  std::vector<std::string> result;
  for (const Node& node : plan->nodes)
    result.push_back(node.label);
  return result;
}
using Labels = std::vector<std::string>;

static std::string messageOf(llvm::Expected<Plan> plan) {
  REQUIRE_FALSE(bool(plan));
  auto [category, text] = base::describe(plan.takeError());
  CHECK(category == base::ErrorCategory::Usage);
  return text;
}

TEST_CASE("a label selects what it needs, and ids are renumbered") {
  Site site;
  llvm::Expected<Plan> plan = selectTarget(site.plan, "site.build.app");
  REQUIRE(bool(plan));
  REQUIRE(plan->nodes.size() == 2);
  NodeId app{1};
  CHECK(plan->nodes[app].label == "site.build.app");
  CHECK(plan->nodes[app].action().inputs[0].artifact.node == NodeId{0});
  CHECK(plan->roots == std::vector{app});
  CHECK(plan->bindings.size() == 2);
  CHECK(plan->bindings[1].artifact == ArtifactRef{app, 0});
  REQUIRE(plan->keptOutputs.size() == 1);
  CHECK(plan->keptOutputs[0].artifact.node == app);
  CHECK(plan->declaredOutputs == Labels{"copy", "extra"});
}

TEST_CASE("an alias is a target") {
  CHECK(labels(selectTarget(Site().plan, "site.build.same")) ==
        Labels{"site.src", "site.build.app"});
}

TEST_CASE("a target with effects includes everything before its stage, and nothing after") {
  CHECK(labels(selectTarget(Site().plan, "site.prod.live")) ==
        Labels{"site.src", "site.other", "site.build.app", "site.check.unit", "site.prod.live"});
}

TEST_CASE("a stage without effects is its own content") {
  CHECK(labels(selectTarget(Site().plan, "site.check")) ==
        Labels{"site.src", "site.build.app", "site.check.unit"});
}

TEST_CASE("the pipeline's name is all of it") {
  CHECK(labels(selectTarget(Site().plan, "site")).size() == 6);
}

TEST_CASE("several targets are one plan") {
  CHECK(labels(selectTargets(Site().plan, {"site.late", "site.src"})) ==
        Labels{"site.src", "site.other", "site.late"});
}

TEST_CASE("unknown and skipped targets say what to do") {
  CHECK(messageOf(selectTarget(Site().plan, "site.build.ap")) ==
        "there is no target `site.build.ap`; did you mean `site.build.app`?");
  CHECK(messageOf(selectTarget(Site().plan, "nothing.like.it")) ==
        "there is no target `nothing.like.it`; `pipec list` names them all");
  CHECK(messageOf(selectTarget(Site().plan, "site.rare.x")).find("stage `rare` is skipped") !=
        std::string::npos);
}
