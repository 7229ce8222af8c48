// Calls of actions that take a list of run-time length: the node is there at once, with all that
// does not depend on the list, and its body is evaluated when the list is known.
#include "compiler/lower/action.h"
#include "compiler/lower/action_body.h"
#include "compiler/lower/labels.h"
#include "compiler/lower/proofs.h"
#include "compiler/lower/slot_mentions.h"
#include "compiler/lower/value_hasher.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::lower {

/// Binds the parameters that do not depend on an open one.
bool ActionMaker::bindKnown(const Arguments& arguments) {
  for (auto [index, param] : llvm::enumerate(action_.params)) {
    if (arguments[index]) {
      frame_.slots[index] = *arguments[index];
    } else if (mentions(frame_, param.defaultValue, open_)) {
      open_[index] = true;
    } else {
      Result value = evaluator_.evaluate(frame_, param.defaultValue);
      if (!value)
        return false;
      frame_.slots[index] = std::move(*value);
    }
  }
  return true;
}

/// Calls `visit` with the expressions of an item of a body.
static void forEachExpr(const ast::ActionItem& item, llvm::function_ref<void(ast::ExprId)> visit) {
  if (const auto* let = std::get_if<ast::LetDecl>(&item)) {
    visit(let->value);
  } else if (const auto* assertion = std::get_if<ast::AssertStmt>(&item)) {
    visit(assertion->condition);
    visit(assertion->message);
  } else if (const auto* out = std::get_if<ast::OutItem>(&item)) {
    visit(out->value);
  } else if (const auto* command = std::get_if<ast::CommandItem>(&item)) {
    visit(command->command);
  } else {
    visit(std::get<ast::Setting>(item).value);
  }
}

/// The makers of what is known already and what the body mentions: they need not wait for the
/// lists.
std::vector<plan::NodeId> ActionMaker::knownInputs() const {
  std::vector<bool> mentioned(action_.slotCount);
  const auto& decl = std::get<ast::ActionDecl>(session_.program.declOf(info_.symbol).node);
  for (const ast::ActionItem& item : decl.items)
    forEachExpr(item, [&](ast::ExprId expr) {
      forEachSlot(frame_, expr, [&](sema::SlotId slot) {
        if (slot.valid())
          mentioned[slot.index] = true;
      });
    });
  std::vector<plan::NodeId> makers;
  for (size_t i = 0; i < action_.params.size(); ++i)
    if (mentioned[i])
      forEachHandle(
          frame_.slots[i],
          [&](const Artifact& artifact) {
            if (!artifact.isPrevious())
              makers.push_back(artifact.ref.node);
          },
          [](const Deployment&) {});
  return makers;
}

/// What parameters ask of elements is waited for by a node of its own, so that what this one waits
/// for does not change when the lists are known.
bool ActionMaker::addProofsOfElements(const Arguments& arguments,
                                      std::vector<plan::NodeId>& waits) {
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    sema::TypeId type = action_.params[index].type;
    if (!argument || !argument->is<Each>() || !open_[index] ||
        !asksForEvidence(session_.program, type))
      continue;
    ValueHasher hasher;
    hasher.add(llvm::StringRef("proofs"));
    hasher.add(uint64_t(type.index));
    hasher.add(*argument);
    std::optional<plan::NodeId> merge = session_.nodes.find(hasher.hash());
    if (!merge) {
      merge = session_.addMerge(hasher.hash(), site_.argument(index), *argument);
      if (!merge)
        return false;
      session_.lists.await(*merge, *argument,
                           [&session = session_, merge = *merge, type, list = *argument] {
                             std::vector<plan::NodeId> proofs;
                             addProofs(session.program, type, session.lists.resolved(list), proofs);
                             session.completeMerge(merge, proofs);
                             return true;
                           });
    }
    waits.push_back(*merge);
  }
  return true;
}

std::optional<plan::NodeId> ActionMaker::defer(const base::FastHash& call,
                                               std::vector<plan::NodeId> waits,
                                               Arguments arguments) {
  std::optional<plan::ActionSpec> spec = beginSpec();
  if (!spec || (spec->kind == plan::ActionKind::Deploy && !checkDeploy(*spec)) ||
      !evaluateKnown(session_, evaluator_, frame_, body_, open_, *spec))
    return std::nullopt;

  std::vector<Value> open;
  for (auto [index, argument] : llvm::enumerate(arguments))
    if (argument && open_[index])
      open.push_back(*argument);
  Value lists = makeList(std::move(open));
  llvm::append_range(waits, waitsFor(lists));
  llvm::append_range(waits, knownInputs());
  if (!addProofsOfElements(arguments, waits))
    return std::nullopt;
  llvm::sort(waits);
  waits.erase(std::unique(waits.begin(), waits.end()), waits.end());

  std::optional<plan::NodeId> node =
      add(std::move(*spec), call, std::move(waits), /*deferred=*/true);
  if (!node)
    return std::nullopt;
  session_.lists.await(*node, lists,
                       [&session = session_, site = site_, node = *node,
                        environment = body_.environmentId, arguments = std::move(arguments)] {
                         Evaluator evaluator(session);
                         ActionMaker maker(session, evaluator, site);
                         maker.body_.environmentId = environment;
                         return maker.complete(node, arguments);
                       });
  return node;
}

/// The lists are known: evaluates the body of `node`.
bool ActionMaker::complete(plan::NodeId id, Arguments arguments) {
  for (auto [index, argument] : llvm::enumerate(arguments))
    if (argument && session_.program.types.is(action_.params[index].type, sema::TypeKind::List))
      argument = session_.lists.resolved(*argument);
  if (!bind(std::move(arguments)))
    return false;
  body_.action = info_.symbol;
  if (action_.subject)
    body_.subject = frame_.slots[*action_.subject].as<Artifact>();
  size_t firstNode = session_.nodes.size();
  std::optional<plan::ActionSpec> spec = beginSpec();
  if (!spec || !evaluateBody(session_, evaluator_, frame_, body_, *spec))
    return false;
  plan::Node& node = session_.nodes[id];
  node.what = std::move(*spec);
  node.deferred = false;
  session_.labeler->nameRest(node.label, firstNode);
  return true;
}

/// What a call gives, with a node that stands for the one it would make.
Result ActionMaker::probe(const Arguments& arguments) {
  NewNode made;
  made.origin = site_.range;
  made.node.what = plan::ActionSpec();
  made.node.definition = session_.program.symbols[info_.symbol].name;
  for (const sema::OutputInfo& output : action_.outputs) {
    made.node.types.push_back(artifactType(session_.program.types.kind(output.type)));
    made.paths.push_back(output.name);
  }
  if (action_.kind == ast::ActionKind::Test) {
    made.node.types = {plan::ArtifactType::TestReport};
    made.paths = {"report"};
  }
  if (action_.subject)
    frame_.slots[*action_.subject] = *arguments[*action_.subject];
  ValueHasher hasher;
  hasher.add(llvm::StringRef("probe"));
  hasher.add(uint64_t(session_.nodes.size()));
  return resultOf(session_.nodes.add(hasher.hash(), std::move(made)));
}

} // namespace pipec::lower
