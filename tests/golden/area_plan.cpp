// Area `plan`: what is in the key of each action and in the release of each deploy (`.keys`), and
// messages (`.diag`). The content of an artifact is made up of its label; no root is known.
#include "areas.h"
#include "case_plan.h"

#include "compiler/plan/action_key.h"

namespace pipec::golden {
namespace {

plan::ContentKey contentOf(const plan::Plan& plan, const plan::ArtifactRef& artifact) {
  const plan::Node& node = plan.nodes[artifact.node];
  bool isFile = node.types[artifact.output] == plan::ArtifactType::File;
  std::string name = node.label + "#" + std::to_string(artifact.output);
  return {isFile ? 'f' : 'd', base::digestOf(name), name};
}

plan::KeyContext contextOf(const plan::Plan& plan, const plan::ActionSpec& spec) {
  plan::KeyContext context;
  for (const plan::Input& input : spec.inputs)
    context.inputs.push_back(contentOf(plan, input.artifact));
  auto role = [&](const std::optional<plan::ArtifactRef>& artifact) {
    return artifact ? std::optional(contentOf(plan, *artifact)) : std::nullopt;
  };
  context.work = role(spec.work);
  context.image = role(spec.image);
  context.subject = role(spec.subject);
  context.isolation = "full";
  for (plan::NodeId deployment : spec.deployments) {
    plan::EnvironmentId environment = plan.nodes[deployment].action().environmentId;
    context.deployments.push_back(plan.environments[environment].identity() + "@1");
  }
  return context;
}

void print(llvm::raw_ostream& out, const base::Field& field) {
  out << "  " << field.tag << " = ";
  for (char c : field.value)
    c == '\n' ? out << "\n    | " : out << c;
  if (!field.note.empty() && field.note != field.value)
    out << "  (" << field.note << ")";
  out << '\n';
}

void print(llvm::raw_ostream& out, const plan::Plan& plan, const plan::Node& node) {
  const plan::ActionSpec& spec = node.action();
  plan::KeyContext context = contextOf(plan, spec);
  base::FingerprintRecorder fields;
  if (spec.kind == plan::ActionKind::Deploy)
    plan::walkReleaseKey(spec, context, {}, fields);
  else
    plan::walkActionKey(spec, context, fields);
  out << node.label << '\n';
  for (const base::Field& field : fields.fields())
    print(out, field);
}

} // namespace

Outcome runPlan(const std::string& folder, const std::string& file) {
  CasePlan lowered;
  lowerCase(folder, file, lowered);
  Outcome outcome;
  outcome.failed = !lowered.plan;
  outcome.sidecars["diag"] = render(lowered.sources, lowered.diagnostics) + lowered.error;
  llvm::raw_string_ostream keys(outcome.sidecars["keys"]);
  if (!lowered.plan)
    return outcome;
  for (const plan::Node& node : lowered.plan->nodes)
    if (!node.isTree() && !node.deferred && node.action().kind != plan::ActionKind::Approve)
      print(keys, *lowered.plan, node);
  return outcome;
}

} // namespace pipec::golden
