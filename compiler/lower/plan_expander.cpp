// Bringing the nodes that an expansion has made, or that it needs now, into the plan.
#include "compiler/lower/plan_expander.h"

#include "compiler/lower/pipeline.h"
#include "compiler/plan/renumber.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace pipec::lower {

using plan::Growth;
using plan::NodeId;

namespace {

/// In the session, a node has the number that it was lowered under; the plan has those of them that
/// are needed, under numbers of its own.
class PlanExpander final : public plan::Expander {
public:
  explicit PlanExpander(std::unique_ptr<Evaluation> evaluation)
      : evaluation_(std::move(evaluation)), session_(evaluation_->session) {}

  llvm::Expected<Growth> expand(plan::Plan& plan, NodeId node,
                                llvm::ArrayRef<std::string> files) override;

private:
  /// What an expansion brings into a plan, by numbers of the session.
  struct Additions {
    std::vector<NodeId> wanted;
    std::vector<NodeId> completed;
    std::vector<plan::KeptOutput> kept;
  };

  void readNumbers(const plan::Plan& plan);
  NodeId numberOf(NodeId lowered) const {
    return lowered.index < numbers_.size() ? numbers_[lowered.index] : NodeId();
  }
  /// Adds `wanted` to the plan with all that they need.
  void import(plan::Plan& plan, llvm::ArrayRef<NodeId> wanted);
  std::vector<NodeId> missing(llvm::ArrayRef<NodeId> wanted) const;
  Growth::Completed complete(plan::Plan& plan, NodeId lowered);
  Additions gather(const plan::Plan& plan, llvm::ArrayRef<NodeId> resumed);
  std::vector<Growth::Completed> add(plan::Plan& plan, Additions additions);
  void keepElements(const plan::Plan& plan, NodeId list, std::vector<plan::KeptOutput>& kept);

  std::unique_ptr<Evaluation> evaluation_;
  Session& session_;
  std::vector<NodeId> numbers_; ///< in the plan, by number in the session
};

} // namespace

void PlanExpander::readNumbers(const plan::Plan& plan) {
  if (!numbers_.empty())
    return;
  numbers_.resize(session_.nodes.size());
  for (size_t i = 0; i < plan.nodes.size(); ++i)
    numbers_[plan.nodes[plan.nodes.idAt(i)].lowered.index] = plan.nodes.idAt(i);
}

/// What is not in the plan of `wanted` and all that they need, dependencies first.
std::vector<NodeId> PlanExpander::missing(llvm::ArrayRef<NodeId> wanted) const {
  struct Visit {
    NodeId node;
    bool leaving;
  };
  std::vector<NodeId> order;
  std::vector<bool> seen(session_.nodes.size());
  std::vector<Visit> open;
  for (NodeId root : wanted) {
    open.push_back({root, false});
    while (!open.empty()) {
      Visit visit = open.back();
      open.pop_back();
      if (visit.leaving) {
        order.push_back(visit.node);
        continue;
      }
      if (numberOf(visit.node).valid() || seen[visit.node.index])
        continue;
      seen[visit.node.index] = true;
      open.push_back({visit.node, true});
      std::vector<NodeId> needs = plan::dependencies(session_.nodes[visit.node]);
      for (NodeId needed : llvm::reverse(needs))
        open.push_back({needed, false});
    }
  }
  return order;
}

void PlanExpander::import(plan::Plan& plan, llvm::ArrayRef<NodeId> wanted) {
  std::vector<NodeId> added = missing(wanted);
  numbers_.resize(session_.nodes.size());
  auto newId = [&](NodeId lowered) { return numbers_[lowered.index]; };
  for (NodeId lowered : added) {
    plan::Node node = session_.nodes[lowered];
    node.lowered = lowered;
    if (node.before.valid() && node.before.index >= plan.stages.size())
      node.before = plan::StageId();
    plan::renumber(node, newId);
    numbers_[lowered.index] = plan.nodes.push(std::move(node));
  }
}

Growth::Completed PlanExpander::complete(plan::Plan& plan, NodeId lowered) {
  plan::Node from = session_.nodes[lowered];
  plan::renumber(from, [&](NodeId id) { return numbers_[id.index]; });
  Growth::Completed completed{numberOf(lowered), {}};
  plan::Node& node = plan.nodes[completed.node];
  std::vector<NodeId> before = plan::dependencies(node);
  if (node.isTree())
    node.waits = std::move(from.waits);
  else
    // The rest of the spec stays untouched: others may be reading it.
    static_cast<plan::BodySpec&>(node.action()) = std::move(from.action());
  node.deferred = false;
  std::vector<NodeId> after = plan::dependencies(node);
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(completed.added));
  return completed;
}

/// What the `out` clauses that keep the list keep of its elements, with numbers of the session.
void PlanExpander::keepElements(const plan::Plan& plan, NodeId list,
                                std::vector<plan::KeptOutput>& kept) {
  std::vector<plan::KeptOutput> folders;
  llvm::copy_if(plan.keptOutputs, std::back_inserter(folders), [&](const plan::KeptOutput& output) {
    return output.artifact.node == numberOf(list);
  });
  for (const plan::KeptOutput& folder : folders) {
    session_.stage = folder.stage;
    for (const Element& element : *session_.lists.elementsOf(list)) {
      bool isKept = keep(session_, folder.path + "/" + element.key, element.value,
                         session_.nodes.origin(list), kept);
      assert(isKept && "an element is an artifact or a record of them, and has no keys");
      (void)isKept;
    }
  }
  session_.stage = plan::StageId();
}

/// Two copies must not be one another, nor inside one another.
static std::optional<std::string> clashOf(const plan::Plan& plan,
                                          llvm::ArrayRef<plan::KeptOutput> kept) {
  std::set<std::string> paths;
  for (const plan::KeptOutput& output : plan.keptOutputs)
    if (!plan.nodes[output.artifact.node].expansion())
      paths.insert(output.path);
  for (const plan::KeptOutput& output : kept)
    if (!paths.insert(output.path).second)
      return output.path;
  for (const std::string& path : paths)
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1))
      if (paths.count(path.substr(0, slash)))
        return path;
  return std::nullopt;
}

/// `resumed` came to their ends.
PlanExpander::Additions PlanExpander::gather(const plan::Plan& plan,
                                             llvm::ArrayRef<NodeId> resumed) {
  Additions additions;
  for (NodeId id : resumed) {
    if (!numberOf(id).valid())
      continue;
    const Elements* elements = session_.lists.elementsOf(id);
    if (!elements) {
      additions.completed.push_back(id);
      llvm::append_range(additions.wanted, plan::dependencies(session_.nodes[id]));
      continue;
    }
    if (std::binary_search(plan.roots.begin(), plan.roots.end(), numberOf(id)))
      for (const Element& element : *elements)
        llvm::append_range(additions.wanted, nodesOf(element.value));
    std::vector<plan::KeptOutput>& kept = additions.kept;
    size_t before = kept.size();
    keepElements(plan, id, kept);
    if (auto path = kept.size() > before ? clashOf(plan, kept) : std::nullopt) {
      session_.lists.fail(id, {"E0704", "two things would be kept at `" + *path + "`",
                               plan.nodes[numberOf(id)].location});
      kept.resize(before);
    }
  }
  for (const plan::KeptOutput& output : additions.kept) {
    additions.wanted.push_back(output.artifact.node);
    llvm::append_range(additions.wanted, output.waits);
  }
  return additions;
}

std::vector<Growth::Completed> PlanExpander::add(plan::Plan& plan, Additions additions) {
  import(plan, additions.wanted);
  auto newId = [&](NodeId id) { return numbers_[id.index]; };
  for (plan::Binding& binding : evaluation_->labeler.takeElementBindings()) {
    if (!llvm::all_of(binding.nodes, [&](NodeId id) { return numberOf(id).valid(); }))
      continue;
    plan::renumber(binding, newId);
    plan.bindings.push_back(std::move(binding));
  }
  for (plan::KeptOutput& output : additions.kept) {
    plan::renumber(output, newId);
    plan.keptOutputs.push_back(std::move(output));
  }
  std::vector<Growth::Completed> completed;
  for (NodeId id : additions.completed)
    completed.push_back(complete(plan, id));
  return completed;
}

llvm::Expected<Growth> PlanExpander::expand(plan::Plan& plan, NodeId node,
                                            llvm::ArrayRef<std::string> files) {
  readNumbers(plan);
  NodeId lowered = plan.nodes[node].lowered;
  const plan::Expansion* expansion = plan.nodes[node].expansion();
  if (expansion && expansion->of)
    session_.lists.setFiles(lowered, files);
  diagnostics::DiagnosticList messages;
  std::vector<NodeId> resumed = session_.lists.resume(messages);
  if (std::optional<llvm::Error> failure = session_.reporter.takeFailure())
    return std::move(*failure);

  Growth growth;
  growth.firstNew = plan.nodes.idAt(plan.nodes.size());
  growth.completed = add(plan, gather(plan, resumed));
  for (const diagnostics::Diagnostic& message : messages.all())
    growth.warnings.push_back(message.message);
  if (const Growth::Failure* failure = session_.lists.failureOf(lowered))
    growth.failure = *failure;
  return growth;
}

std::unique_ptr<plan::Expander> makeExpander(std::unique_ptr<Evaluation> evaluation) {
  return std::make_unique<PlanExpander>(std::move(evaluation));
}

} // namespace pipec::lower
