// Approve nodes: a recorded verdict, or waiting for one.
#include "runtime/environment/approval.h"

#include "compiler/base/fingerprint.h"
#include "runtime/environment/clock.h"
#include "runtime/environment/delivery.h"

#include "llvm/ADT/STLExtras.h"

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
  hasher.field("key", llvm::StringRef("approval/1"), "");
  hasher.field("gate", spec.gate, "");
  if (context.subject) {
    hasher.field("subject.kind", llvm::StringRef(&context.subject->kind, 1), "");
    hasher.field("subject", llvm::StringRef(context.subject->digest.hex()), "");
  }
  for (const std::string& environment : environments)
    hasher.field("environment", environment, "");
  return hasher.digest();
}

/// Whether the gate's `by` lets `who` decide, today.
static bool mayDecide(const plan::ActionSpec& spec, llvm::StringRef who) {
  return spec.by.empty() || llvm::is_contained(spec.by, who);
}

llvm::Expected<NodeResult> Delivery::approve(plan::NodeId node, const Context& context) {
  const plan::Node& what = context.plan.nodes[node];
  NodeResult result;
  result.key = approvalKey(context.action.spec, context.key, environmentsOf(context.plan, node));
  auto verdict = ledger_.approval(*result.key);
  if (!verdict)
    return verdict.takeError();
  bool counts = *verdict && mayDecide(context.action.spec, (*verdict)->who) &&
                (!(*verdict)->expires || *(*verdict)->expires > now());
  if (!counts) {
    result.state = NodeState::Held;
    result.reason = "waits for an approval: `pipec approve " + what.label + "`";
    return result;
  }
  std::string comment = (*verdict)->comment.empty() ? "" : " (" + (*verdict)->comment + ")";
  if ((*verdict)->approved) {
    result.state = NodeState::Cached;
    result.reason = "approved by " + (*verdict)->who + comment;
    result.started = (*verdict)->when;
    return result;
  }
  return failedWith({"R1008", "rejected by " + (*verdict)->who + comment, what.location, false});
}

} // namespace pipec::environment
