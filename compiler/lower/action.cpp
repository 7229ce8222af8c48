// Calls of actions.
#include "compiler/lower/action.h"

#include "compiler/lower/action_body.h"
#include "compiler/lower/proofs.h"
#include "compiler/lower/value_digest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

using ast::ActionKind;

static plan::ActionKind planKind(const sema::ActionInfo& info) {
  switch (info.kind) {
  case ActionKind::Source:
    return plan::ActionKind::Source;
  case ActionKind::Build:
    return plan::ActionKind::Build;
  case ActionKind::Test:
    return info.live ? plan::ActionKind::LiveTest : plan::ActionKind::Test;
  case ActionKind::Deploy:
    return plan::ActionKind::Deploy;
  case ActionKind::Approve:
    return plan::ActionKind::Approve;
  }
  llvm_unreachable("an action is of one of five kinds");
}

/// The value with every artifact in it marked as coming through a pool, or not.
static Value withPool(const Value& value, bool pool) {
  if (const auto* held = value.tryAs<Artifact>()) {
    Artifact artifact = *held;
    artifact.pool = pool;
    return artifact;
  }
  if (!value.is<List>())
    return value;
  std::vector<Value> items;
  for (const Value& item : value.items())
    items.push_back(withPool(item, pool));
  return makeList(std::move(items));
}

/// A value that was pool in the body which makes this call is an ordinary one in the body called.
static void markPools(const sema::ActionInfo& info, bool callerHasPools, Frame& frame) {
  for (auto [index, param] : llvm::enumerate(info.params)) {
    bool pool = param.mode == ast::ParamMode::Pool;
    if (pool || callerHasPools)
      frame.slots[index] = withPool(frame.slots[index], pool);
  }
}

SourceRange ActionMaker::argumentRange(const sema::CallInfo& info, size_t parameter) const {
  ast::ExprId value = info.arguments[parameter].value;
  return value.valid() ? caller_.range(value) : range();
}

Result ActionMaker::call(const sema::CallInfo& info, std::vector<std::optional<Value>> arguments) {
  const sema::ActionInfo& action = session_.program.actionOf(info.symbol);
  Frame frame(session_, session_.program.symbols[info.symbol].module, action.slotCount);
  if (!evaluator_.bindParameters(frame, action.params, std::move(arguments)))
    return std::nullopt;
  bool callerHasPools =
      caller_.body && !session_.program.actionOf(caller_.body->action).pools.empty();
  markPools(action, callerHasPools, frame);

  ActionBody body;
  body.action = info.symbol;
  std::vector<plan::NodeId> waits;
  for (auto [index, param] : llvm::enumerate(action.params))
    addProofs(session_.program, param.type, frame.slots[index], waits);
  if (action.subject)
    body.subject = frame.slots[*action.subject].as<Artifact>();
  if (info.environment.valid()) {
    std::optional<plan::EnvironmentId> environment =
        environmentOf(session_, evaluator_, info.environment);
    if (!environment)
      return std::nullopt;
    body.environmentId = *environment;
    addProofs(session_.program.environmentOf(info.environment).requires_, *body.subject, waits);
  }
  llvm::sort(waits);
  waits.erase(std::unique(waits.begin(), waits.end()), waits.end());

  ValueHasher hasher;
  hasher.add(llvm::StringRef("call"));
  hasher.add(uint64_t(info.symbol.index));
  hasher.add(uint64_t(info.environment.index));
  for (size_t i = 0; i < action.params.size(); ++i)
    hasher.add(frame.slots[i]);
  base::Digest digest = hasher.digest();
  std::optional<plan::NodeId> node = session_.nodes.find(digest);
  if (node)
    session_.nodes.addWaits(*node, waits);
  else
    node = make(info, frame, body, digest, std::move(waits));
  if (!node)
    return std::nullopt;
  return resultOf(info, frame, *node);
}

/// The argument in which the deployment came, as it is written.
std::string ActionMaker::quoteDeployment(const sema::CallInfo& info, const Frame& frame,
                                         plan::NodeId deployment) const {
  for (size_t i = 0; i < info.arguments.size(); ++i) {
    bool found = false;
    forEachHandle(
        frame.slots[i], [](const Artifact&) {},
        [&](const Deployment& other) { found |= other.node == deployment; });
    if (found)
      return session_.reporter.quote(argumentRange(info, i), session_.nodes[deployment].definition);
  }
  return session_.nodes[deployment].definition;
}

bool ActionMaker::checkDeployments(const sema::CallInfo& info, const Frame& frame,
                                   const plan::ActionSpec& spec) {
  const sema::ActionInfo& action = session_.program.actionOf(info.symbol);
  bool isJudged = spec.kind == plan::ActionKind::LiveTest || spec.kind == plan::ActionKind::Approve;
  if (!isJudged || !action.subject)
    return true;
  for (plan::NodeId id : spec.deployments) {
    plan::ArtifactRef deployed = *session_.nodes[id].action().subject;
    if (deployed == *spec.subject)
      continue;
    SourceRange subject = argumentRange(info, *action.subject);
    std::string made = session_.nameOf(session_.nodes.artifact(deployed.node, deployed.output));
    session_.reporter
        .report(Code::E0606, subject,
                "`" + quoteDeployment(info, frame, id) + "` was not deployed from `" +
                    session_.reporter.quote(subject, "this artifact") + "`")
        .label("the deployment was made from `" + made +
               "`, so the check says nothing about this artifact")
        .also(session_.nodes.origin(id), "deployed here");
    return false;
  }
  return true;
}

bool ActionMaker::checkDeploy(const plan::ActionSpec& spec) {
  auto known = session_.deploys.find(spec.environmentId);
  if (known == session_.deploys.end())
    return true;
  session_.reporter
      .report(Code::E0610, range(),
              "a plan deploys at most once to an environment, and `" +
                  session_.environments[spec.environmentId].name + "` already has a deploy")
      .also(session_.nodes.origin(known->second), "the first one")
      .help("deploy one artifact that holds both, or declare an environment for each");
  return false;
}

std::optional<plan::NodeId> ActionMaker::make(const sema::CallInfo& info, Frame& frame,
                                              ActionBody& body, const base::Digest& digest,
                                              std::vector<plan::NodeId> waits) {
  const sema::ActionInfo& action = session_.program.actionOf(info.symbol);
  plan::ActionSpec spec;
  spec.kind = planKind(action);
  spec.environmentId = body.environmentId;
  if (body.subject)
    spec.subject = body.subject->ref;
  if (action.proves.valid())
    spec.proves = session_.identityOf(action.proves);
  if (action.kind == ActionKind::Approve)
    spec.gate = session_.identityOf(info.symbol);
  for (size_t i = 0; i < action.params.size(); ++i)
    forEachHandle(
        frame.slots[i], [](const Artifact&) {},
        [&](const Deployment& deployment) {
          if (!llvm::is_contained(spec.deployments, deployment.node))
            spec.deployments.push_back(deployment.node);
        });
  bool isDeploy = spec.kind == plan::ActionKind::Deploy;
  if (!checkDeployments(info, frame, spec) || (isDeploy && !checkDeploy(spec)))
    return std::nullopt;

  body.number = session_.bodies++;
  frame.body = &body;
  if (!evaluateBody(session_, evaluator_, frame, body, spec))
    return std::nullopt;

  NewNode made;
  made.origin = range();
  made.node.definition = session_.program.symbols[info.symbol].name;
  made.node.waits = std::move(waits);
  if (action.kind == ActionKind::Source || action.kind == ActionKind::Build)
    for (const plan::Output& output : spec.outputs) {
      made.node.types.push_back(output.type);
      made.paths.push_back(output.fileName);
    }
  if (action.kind == ActionKind::Test) {
    made.node.types = {plan::ArtifactType::TestReport};
    made.paths = {"report"};
  }
  plan::EnvironmentId environment = spec.environmentId;
  made.node.what = std::move(spec);
  std::optional<plan::NodeId> id = session_.addNode(digest, std::move(made));
  if (id && isDeploy)
    session_.deploys.emplace(environment, *id);
  return id;
}

Value ActionMaker::resultOf(const sema::CallInfo& info, const Frame& frame,
                            plan::NodeId node) const {
  const sema::ActionInfo& action = session_.program.actionOf(info.symbol);
  if (action.kind == ActionKind::Deploy)
    return Deployment{node};
  if (action.proves.valid()) {
    Artifact judged = frame.slots[*action.subject].as<Artifact>();
    judged.proofs = addProof(judged.proofs, {action.proves, node});
    judged.maker = node;
    return judged;
  }
  if (!action.namedOutputs)
    return session_.nodes.artifact(node);
  std::vector<Value> outputs;
  for (uint32_t i = 0; i < action.outputs.size(); ++i)
    outputs.push_back(session_.nodes.artifact(node, i));
  return makeRecord(info.symbol, std::move(outputs));
}

} // namespace pipec::lower
