// Calls of actions.
#include "compiler/lower/action.h"

#include "compiler/lower/action_body.h"
#include "compiler/lower/proofs.h"
#include "compiler/lower/value_hasher.h"

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

CallSite::CallSite(const Session& session, const Frame& caller, ast::ExprId call)
    : syntax(&caller.syntax), info(&caller.checked.callOf(call)), range(caller.range(call)),
      hasPools(caller.body && !session.program.actionOf(caller.body->action).pools.empty()) {}

SourceRange CallSite::argument(size_t parameter) const {
  ast::ExprId value = info->arguments[parameter].value;
  return value.valid() ? syntax->exprs[value].range : range;
}

/// A value that was pool in the body which makes this call is an ordinary one in the body called.
static void markPools(const sema::ActionInfo& info, bool callerHasPools, Frame& frame) {
  for (auto [index, param] : llvm::enumerate(info.params)) {
    bool pool = param.mode == ast::ParamMode::Pool;
    if (pool || callerHasPools)
      frame.slots[index] = withPool(frame.slots[index], pool);
  }
}

bool ActionMaker::bind(Arguments arguments) {
  if (!evaluator_.bindParameters(frame_, action_.params, std::move(arguments)))
    return false;
  markPools(action_, site_.hasPools, frame_);
  return true;
}

/// The proofs that the parameters' types and the environment ask for.
std::vector<plan::NodeId> ActionMaker::proofs() {
  std::vector<plan::NodeId> waits;
  for (auto [index, param] : llvm::enumerate(action_.params))
    addProofs(session_.program, param.type, frame_.slots[index], waits);
  if (info_.environment.valid())
    addProofs(session_.program.environmentOf(info_.environment).requires_, *body_.subject, waits);
  llvm::sort(waits);
  waits.erase(std::unique(waits.begin(), waits.end()), waits.end());
  return waits;
}

base::FastHash ActionMaker::call() const {
  ValueHasher hasher;
  hasher.add(llvm::StringRef("call"));
  hasher.add(uint64_t(info_.symbol.index));
  hasher.add(uint64_t(info_.environment.index));
  for (size_t i = 0; i < action_.params.size(); ++i)
    hasher.add(frame_.slots[i]);
  return hasher.hash();
}

Result ActionMaker::call(Arguments arguments) {
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    if (!argument || !session_.program.types.is(action_.params[index].type, sema::TypeKind::List))
      continue;
    argument = session_.known(*argument);
    if (!argument)
      return std::nullopt;
    if (!argument->is<Each>())
      continue;
    open_.resize(action_.slotCount);
    open_[index] = true;
  }
  if (session_.probing)
    return probe(arguments);
  bool isOpen = !open_.empty();
  if (!(isOpen ? bindKnown(arguments) : bind(arguments)))
    return std::nullopt;

  // Arguments are looked at as a whole, to know equal calls and to find artifacts in them.
  for (const Value& slot : llvm::ArrayRef(frame_.slots).take_front(action_.params.size()))
    if (!session_.limits.step(site_.range, weightOf(slot)))
      return std::nullopt;
  body_.action = info_.symbol;
  if (action_.subject)
    body_.subject = frame_.slots[*action_.subject].as<Artifact>();
  if (info_.environment.valid()) {
    std::optional<plan::EnvironmentId> environment =
        environmentOf(session_, evaluator_, info_.environment);
    if (!environment)
      return std::nullopt;
    body_.environmentId = *environment;
  }
  std::vector<plan::NodeId> waits = proofs();
  base::FastHash call = this->call();
  std::optional<plan::NodeId> node = session_.nodes.find(call);
  if (node)
    session_.nodes.addWaits(*node, waits);
  else if (isOpen)
    node = defer(call, std::move(waits), std::move(arguments));
  else
    node = make(call, std::move(waits));
  if (!node)
    return std::nullopt;
  return resultOf(*node);
}

/// The argument in which the deployment came, as it is written.
std::string ActionMaker::quoteDeployment(plan::NodeId deployment) const {
  for (size_t i = 0; i < info_.arguments.size(); ++i) {
    bool found = false;
    forEachHandle(
        frame_.slots[i], [](const Artifact&) {},
        [&](const Deployment& other) { found |= other.node == deployment; });
    if (found)
      return session_.reporter.quote(site_.argument(i), session_.nodes[deployment].definition);
  }
  return session_.nodes[deployment].definition;
}

bool ActionMaker::checkDeployments(const plan::ActionSpec& spec) {
  bool isJudged = spec.kind == plan::ActionKind::LiveTest || spec.kind == plan::ActionKind::Approve;
  if (!isJudged || !action_.subject)
    return true;
  for (plan::NodeId id : spec.deployments) {
    plan::ArtifactRef deployed = *session_.nodes[id].action().subject;
    if (deployed == *spec.subject)
      continue;
    SourceRange subject = site_.argument(*action_.subject);
    std::string made = session_.nameOf(session_.nodes.artifact(deployed.node, deployed.output));
    session_.reporter
        .report(Code::E0606, subject,
                "`" + quoteDeployment(id) + "` was not deployed from `" +
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
      .report(Code::E0610, site_.range,
              "a plan deploys at most once to an environment, and `" +
                  session_.environments[spec.environmentId].name + "` already has a deploy")
      .also(session_.nodes.origin(known->second), "the first one")
      .help("deploy one artifact that holds both, or declare an environment for each");
  return false;
}

std::optional<plan::ActionSpec> ActionMaker::beginSpec() {
  plan::ActionSpec spec;
  spec.kind = planKind(action_);
  spec.environmentId = body_.environmentId;
  if (body_.subject)
    spec.subject = body_.subject->ref;
  if (action_.proves.valid())
    spec.proves = session_.identityOf(action_.proves);
  if (action_.kind == ActionKind::Approve)
    spec.gate = session_.identityOf(info_.symbol);
  for (size_t i = 0; i < action_.params.size(); ++i)
    forEachHandle(
        frame_.slots[i], [](const Artifact&) {},
        [&](const Deployment& deployment) {
          if (!llvm::is_contained(spec.deployments, deployment.node))
            spec.deployments.push_back(deployment.node);
        });
  if (!checkDeployments(spec))
    return std::nullopt;
  body_.number = session_.bodies++;
  frame_.body = &body_;
  return spec;
}

std::optional<plan::NodeId> ActionMaker::make(const base::FastHash& call,
                                              std::vector<plan::NodeId> waits) {
  std::optional<plan::ActionSpec> spec = beginSpec();
  if (!spec || (spec->kind == plan::ActionKind::Deploy && !checkDeploy(*spec)) ||
      !evaluateBody(session_, evaluator_, frame_, body_, *spec))
    return std::nullopt;
  return add(std::move(*spec), call, std::move(waits), /*deferred=*/false);
}

std::optional<plan::NodeId> ActionMaker::add(plan::ActionSpec spec, const base::FastHash& call,
                                             std::vector<plan::NodeId> waits, bool deferred) {
  NewNode made;
  made.origin = site_.range;
  made.node.definition = session_.program.symbols[info_.symbol].name;
  made.node.waits = std::move(waits);
  made.node.deferred = deferred;
  if (action_.kind == ActionKind::Source || action_.kind == ActionKind::Build)
    for (const plan::Output& output : spec.outputs) {
      made.node.types.push_back(output.type);
      made.paths.push_back(output.fileName);
    }
  if (action_.kind == ActionKind::Test) {
    made.node.types = {plan::ArtifactType::TestReport};
    made.paths = {"report"};
  }
  bool isDeploy = spec.kind == plan::ActionKind::Deploy;
  plan::EnvironmentId environment = spec.environmentId;
  made.node.what = std::move(spec);
  std::optional<plan::NodeId> id = session_.addNode(call, std::move(made));
  if (id && isDeploy)
    session_.deploys.emplace(environment, *id);
  return id;
}

Value ActionMaker::resultOf(plan::NodeId node) const {
  if (action_.kind == ActionKind::Deploy)
    return Deployment{node};
  if (action_.proves.valid()) {
    Artifact judged = frame_.slots[*action_.subject].as<Artifact>();
    judged.proofs = addProof(judged.proofs, {action_.proves, node});
    judged.maker = node;
    return judged;
  }
  if (!action_.namedOutputs)
    return session_.nodes.artifact(node);
  std::vector<Value> outputs;
  for (uint32_t i = 0; i < action_.outputs.size(); ++i)
    outputs.push_back(session_.nodes.artifact(node, i));
  return makeRecord(info_.symbol, std::move(outputs));
}

} // namespace pipec::lower
