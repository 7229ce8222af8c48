// The JSON documents.
#include "runtime/report/build_document.h"

#include "compiler/base/json.h"

#include <catch2/catch.hpp>

using namespace pipec;

static plan::Plan onePlan() {
  plan::Plan plan;
  plan.pipeline = "p";
  plan::Node tree;
  tree.what = plan::TreeSpec(plan::RepositoryPath{"a.c"});
  tree.label = "p/file";
  plan.nodes.push(tree);
  plan::Node build;
  build.what = plan::ActionSpec();
  build.label = "p.app";
  build.location = {"p.pipe", 4, 3};
  plan.nodes.push(build);
  return plan;
}

static llvm::json::Value document(report::DocumentKind kind, exec::NodeState state,
                                  bool broken = false) {
  plan::Plan plan = onePlan();
  exec::BuildResult result;
  result.nodes.resize(plan.nodes.size());
  result.nodes[plan::NodeId{0}].state = exec::NodeState::Cached;
  exec::NodeResult& app = result.nodes[plan::NodeId{1}];
  app.state = state;
  app.reason = "`a.c` \xff changed";
  app.key = base::digestOf("key");
  app.durationMs = 17;
  app.outputs.push_back({"out", {cas::EntryKind::File, base::digestOf("content")}});
  report::Tally tally;
  tally.add(plan.nodes[plan::NodeId{1}], app);
  std::string text = base::renderJson([&](llvm::json::OStream& json) {
    report::writeDocument(json, kind, report::PipelineOutcome{&plan, &result, "x1"}, tally, {},
                          broken);
  });
  auto parsed = llvm::json::parse(text);
  REQUIRE(bool(parsed));
  return std::move(*parsed);
}

TEST_CASE("a build's document has the fields that scripts depend on") {
  llvm::json::Value value = document(report::DocumentKind::Build, exec::NodeState::Succeeded);
  const llvm::json::Object& top = *value.getAsObject();
  CHECK(top.getString("schema") == "pipec.build/1");
  CHECK(top.getString("execution") == "x1");
  CHECK(top.getString("state") == "succeeded");
  const llvm::json::Object& counts = *top.getObject("counts");
  for (const char* name : {"executed", "cached", "failed", "skipped", "held"})
    CHECK(counts.getInteger(name) == (std::string(name) == "executed" ? 1 : 0));
  const llvm::json::Array& nodes = *top.getArray("nodes");
  REQUIRE(nodes.size() == 1); // trees are left out
  const llvm::json::Object& node = *nodes[0].getAsObject();
  CHECK(node.getString("label") == "p.app");
  CHECK(node.getString("kind") == "build");
  CHECK(node.getString("state") == "succeeded");
  CHECK(node.getString("reason") == "`a.c` \xef\xbf\xbd changed");
  CHECK(node.getString("key") == base::digestOf("key").text());
  CHECK(node.getInteger("duration_ms") == 17);
  const llvm::json::Object& output = *node.getArray("outputs")->front().getAsObject();
  CHECK(output.getString("name") == "out");
  CHECK(output.getString("digest") == base::digestOf("content").text());
}

TEST_CASE("a plan's document says `would`") {
  llvm::json::Value value = document(report::DocumentKind::Plan, exec::NodeState::Succeeded);
  const llvm::json::Object& top = *value.getAsObject();
  CHECK(top.getString("schema") == "pipec.plan/1");
  const llvm::json::Object& node = *top.getArray("nodes")->front().getAsObject();
  CHECK(node.getString("would") == "succeeded");
  CHECK_FALSE(node.get("state"));
}

TEST_CASE("the state of the whole is the worst of its parts") {
  auto stateOf = [](exec::NodeState state, bool broken = false) {
    llvm::json::Value value = document(report::DocumentKind::Build, state, broken);
    return value.getAsObject()->getString("state")->str();
  };
  CHECK(stateOf(exec::NodeState::Cached) == "succeeded");
  CHECK(stateOf(exec::NodeState::Failed) == "failed");
  CHECK(stateOf(exec::NodeState::Held) == "held");
  CHECK(stateOf(exec::NodeState::Cached, /*broken=*/true) == "failed");
}
