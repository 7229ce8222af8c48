// A random pipeline of one gate, one deploy and one live test, each of which may be missing but the
// deploy.
#include "tests/simulator/pipeline.h"

#include "runtime/environment/approval.h"

namespace pipec::simulator {

static plan::Arg text(const std::string& word) {
  return {{plan::HoleKind::Text, word, 0}};
}
static plan::Arg hole(plan::HoleKind kind) {
  return {{kind, "", 0}};
}
static plan::Command command(std::vector<plan::Arg> arguments) {
  return {plan::ArgumentVector{std::move(arguments)}, {"site.pipe", 1, 1}};
}

Pipeline::Pipeline(const std::string& where, std::mt19937_64& rng) {
  auto oneIn = [&](unsigned n) { return rng() % n == 0; };
  environment.module = "site.pipe";
  environment.name = where;
  environment.isProtected = oneIn(4);
  hasGate = oneIn(3);
  hasTest = !oneIn(4);
  gate.kind = plan::ActionKind::Approve;
  gate.gate = "site.pipe:gate";
  gate.subject = plan::ArtifactRef{Content, 0};
  deploy.kind = plan::ActionKind::Deploy;
  deploy.subject = plan::ArtifactRef{Content, 0};
  deploy.run = {command({text("deploy"), hole(plan::HoleKind::Release)})};
  deploy.retries = oneIn(4);
  if (oneIn(2))
    deploy.rollback = command({text("rollback"), hole(plan::HoleKind::Release)});
  if (oneIn(2))
    deploy.probe = command({text("probe")});
  test.kind = plan::ActionKind::LiveTest;
  test.deployments = {Deploy};
  test.run = {command({text("test")})};
  test.retries = oneIn(4);
  test.onFail = static_cast<plan::OnFail>(rng() % 3);
}

plan::Plan Pipeline::plan() const {
  plan::Plan plan;
  plan.module = "site.pipe";
  plan.stages.push({"prod", false, {}});
  plan::EnvironmentId where = plan.environments.push(environment);
  auto add = [&](auto what, const std::string& label) {
    plan::Node node;
    node.what = std::move(what);
    node.label = label;
    node.stage = plan::StageId{0};
    plan.nodes.push(std::move(node));
  };
  add(plan::TreeSpec(plan::TextFile{"content"}), "content");
  add(base::Boxed(gate), "site.prod.gate");
  add(base::Boxed(deploy), "site.prod.live");
  plan.nodes[Deploy].action().environmentId = where;
  if (hasGate)
    plan.nodes[Deploy].waits = {Gate};
  if (hasTest)
    add(base::Boxed(test), "site.prod.check");
  return plan;
}

plan::KeyContext Pipeline::keyOf(plan::NodeId node, const std::string& content) const {
  plan::KeyContext key;
  key.isolation = "full";
  if (node != Test)
    key.subject = plan::ContentKey{'f', base::digestOf(content), ""};
  return key;
}

base::Digest Pipeline::releaseOf(const std::string& content) const {
  return plan::computeRelease(deploy, keyOf(Deploy, content), {});
}

base::Digest Pipeline::approvalOf(const std::string& content) const {
  return environment::approvalKey(gate, keyOf(Gate, content), {environment.identity()});
}

} // namespace pipec::simulator
