// Approve nodes: a recorded verdict, or waiting for one.
#include "runtime/environment/approval.h"

#include "compiler/base/fingerprint.h"
#include "runtime/environment/delivery.h"
#include "runtime/exec/render.h"
#include "runtime/host/user.h"

#include "llvm/ADT/STLExtras.h"

#include <thread>

namespace pipec::environment {

using exec::NodeResult;
using exec::NodeState;

std::vector<std::string> environmentsOf(const plan::Plan& plan, plan::NodeId gate) {
  std::set<std::string> environments;
  for (const plan::Node& node : plan.nodes)
    if (!node.isTree() && node.action().kind == plan::ActionKind::Deploy &&
        llvm::is_contained(node.waits, gate))
      environments.insert(plan.environments[node.action().environmentId].identity());
  return {environments.begin(), environments.end()};
}

base::Digest approvalKey(const plan::ActionSpec& spec, const plan::KeyContext& context,
                         const std::vector<std::string>& environments) {
  base::FingerprintHasher hasher;
  hasher.field("key", llvm::StringRef("approval/2"), "");
  hasher.field("gate", spec.gate, "");
  if (context.subject) {
    hasher.field("subject.kind", llvm::StringRef(&context.subject->kind, 1), "");
    hasher.field("subject", llvm::StringRef(context.subject->digest.name()), "");
  }
  for (const std::string& environment : environments)
    hasher.field("environment", environment, "");
  return hasher.digest();
}

static llvm::Expected<std::string> renderMessage(const exec::EffectContext& context) {
  const plan::ActionSpec& spec = context.action.spec;
  if (!spec.message)
    return "";
  exec::StepOptions options;
  for (plan::NodeId deploy : spec.deployments)
    options.deploymentUrls.push_back(context.result(deploy).url);
  auto place = [](llvm::StringRef path) { return path.str(); };
  return exec::renderArg(*spec.message,
                         {context.action, options, context.steps.contentStore(), place});
}

bool mayDecide(llvm::ArrayRef<std::string> by, llvm::StringRef user) {
  return by.empty() || llvm::any_of(by, [&](llvm::StringRef allowed) {
           return allowed.consume_front("group:") ? host::isMember(user, allowed) : allowed == user;
         });
}

llvm::Expected<Delivery::Gate> Delivery::describeGate(plan::NodeId node,
                                                      const Context& context) const {
  const plan::Node& what = context.plan.nodes[node];
  const plan::ActionSpec& spec = context.action.spec;
  Gate gate{node, context, what.label, {}, {}};
  ApprovalRequest& request = gate.request;
  request.environments = environmentsOf(context.plan, node);
  request.key = approvalKey(spec, context.key, request.environments);
  request.module = context.plan.module;
  request.labels = {what.label};
  request.labels.insert(request.labels.end(), what.aliases.begin(), what.aliases.end());
  if (context.key.subject)
    request.subject = context.key.subject->digest;
  request.by = spec.by;
  request.execution = context.options.execution;
  request.requested = ledger_.now();
  if (spec.timeout)
    request.expires = request.requested + spec.timeout->count();
  auto message = renderMessage(context);
  if (!message)
    return message.takeError();
  request.message = std::move(*message);
  gate.hold = "waits for an approval";
  if (!request.message.empty())
    gate.hold += " (" + request.message + ")";
  gate.hold += ": `pipec approve " + what.label;
  if (request.subject)
    gate.hold += " --subject " + request.subject->shortHex();
  gate.hold += "`";
  return gate;
}

/// The verdict on what the gate asks; nullopt: none that counts today.
llvm::Expected<std::optional<NodeResult>> Delivery::answer(const Gate& gate) {
  auto verdict = ledger_.approval(gate.request.key);
  if (!verdict)
    return verdict.takeError();
  bool counts = *verdict && mayDecide(gate.request.by, (*verdict)->who) &&
                (!(*verdict)->expires || *(*verdict)->expires > ledger_.now());
  if (!counts)
    return std::nullopt;
  std::string comment = (*verdict)->comment.empty() ? "" : " (" + (*verdict)->comment + ")";
  if (!(*verdict)->approved) {
    NodeResult rejected =
        failedWith({"R1008", "rejected by " + (*verdict)->who + comment,
                    gate.context.plan.nodes[gate.node].location, /*cancelled=*/false});
    rejected.key = gate.request.key;
    return rejected;
  }
  NodeResult approved;
  approved.key = gate.request.key;
  approved.state = NodeState::Cached;
  approved.reason = "approved by " + (*verdict)->who + comment;
  approved.started = (*verdict)->when;
  return approved;
}

/// Why nobody can answer this execution's request any more; nullopt: somebody can.
llvm::Expected<std::optional<NodeResult>> Delivery::pastAnswering(const Gate& gate) {
  const ApprovalRequest& mine = gate.request;
  if (mine.expires && *mine.expires <= ledger_.now()) {
    NodeResult expired = failedWith({"R1008", "nobody answered in time; build again to ask again",
                                     gate.context.plan.nodes[gate.node].location,
                                     /*cancelled=*/false});
    expired.key = mine.key;
    return expired;
  }
  auto requests = ledger_.requests();
  if (!requests)
    return requests.takeError();
  for (const ApprovalRequest& other : *requests) {
    if (other.key == mine.key)
      break; // the others are older
    if (other.module != mine.module || other.labels.front() != gate.label)
      continue;
    NodeResult superseded;
    superseded.key = mine.key;
    superseded.state = NodeState::Superseded;
    superseded.reason = "execution " + other.execution + " asks for an approval of something newer";
    return superseded;
  }
  return std::nullopt;
}

llvm::Expected<NodeResult> Delivery::awaitAnswer(const Gate& gate) {
  // Another process answers, which tells nobody; a person does not notice this much.
  static constexpr std::chrono::milliseconds Interval{250};
  for (;;) {
    std::this_thread::sleep_for(Interval);
    auto answered = answer(gate);
    if (!answered || *answered)
      return answered ? llvm::Expected<NodeResult>(std::move(**answered)) : answered.takeError();
    auto past = pastAnswering(gate);
    if (!past || *past)
      return past ? llvm::Expected<NodeResult>(std::move(**past)) : past.takeError();
    if (options_.interrupted())
      return failedWith({"R1008", "interrupted while it waited for an approval",
                         gate.context.plan.nodes[gate.node].location, /*cancelled=*/true});
  }
}

llvm::Expected<NodeResult> Delivery::approve(plan::NodeId node, const Context& context) {
  auto gate = describeGate(node, context);
  if (!gate)
    return gate.takeError();
  auto answered = answer(*gate);
  if (!answered)
    return answered.takeError();
  if (*answered)
    return std::move(**answered);
  if (!context.options.dryRun)
    if (llvm::Error error = ledger_.recordRequest(gate->request))
      return error;
  auto before = ledger_.wasApprovedUnderOldName(gate->request.module, gate->label);
  if (!before)
    return before.takeError();
  if (*before)
    gate->hold += "; what was approved before has a name that an older pipec gave, which does not "
                  "count any more";
  NodeResult result;
  result.key = gate->request.key;
  result.state = NodeState::Held;
  result.reason = gate->hold;
  if (context.options.dryRun || !context.options.waitForApproval)
    return result;
  context.observer.nodeStarted(node, "approval");
  context.observer.warning("`" + gate->label + "` " + gate->hold);
  options_.waits();
  llvm::Expected<NodeResult> waited = std::move(result);
  context.standAside([&] { waited = awaitAnswer(*gate); });
  return waited;
}

} // namespace pipec::environment
