// What all parts of a lowering ask for.
#include "compiler/lower/session.h"

#include "compiler/lower/value_hasher.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::lower {

std::optional<plan::NodeId> Session::addNode(const base::FastHash& call, NewNode node) {
  if (!limits.node(node.origin, nodes.size()))
    return std::nullopt;
  node.node.location = reporter.userLocation(node.origin);
  node.node.stage = stage;
  node.node.before = nextStage;
  return nodes.add(call, std::move(node));
}

std::optional<plan::NodeId> Session::addExpansion(SourceRange origin, plan::Expansion expansion,
                                                  std::vector<plan::NodeId> waits,
                                                  llvm::StringRef definition) {
  NewNode made;
  made.node.what = plan::TreeSpec(std::move(expansion));
  made.node.definition = definition.str();
  made.node.waits = std::move(waits);
  made.origin = origin;
  // No two loops are one: they may carry other proofs.
  ValueHasher hasher;
  hasher.add(llvm::StringRef("expansion"));
  hasher.add(uint64_t(nodes.size()));
  return addNode(hasher.hash(), std::move(made));
}

std::optional<plan::NodeId> Session::addMerge(const base::FastHash& call, SourceRange origin,
                                              const Value& lists) {
  NewNode made;
  made.node.what = plan::TreeSpec(plan::Merge());
  made.node.definition = "all";
  made.node.waits = waitsFor(lists);
  made.node.deferred = true;
  made.origin = origin;
  return addNode(call, std::move(made));
}

void Session::completeMerge(plan::NodeId merge, llvm::ArrayRef<plan::NodeId> proofs) {
  plan::Node& node = nodes[merge];
  llvm::append_range(node.waits, proofs);
  llvm::sort(node.waits);
  node.waits.erase(std::unique(node.waits.begin(), node.waits.end()), node.waits.end());
  node.deferred = false;
}

std::vector<plan::NodeId> waitsFor(const Value& value) {
  std::vector<plan::NodeId> lists;
  forEachHandle(
      value, [](const Artifact&) {}, [](const Deployment&) {},
      [&](plan::NodeId list) { lists.push_back(list); });
  llvm::sort(lists);
  lists.erase(std::unique(lists.begin(), lists.end()), lists.end());
  return lists;
}

Result Session::known(const Value& value) const {
  Value resolved = lists.resolved(value);
  if (!probing || !resolved.is<Each>())
    return resolved;
  Result sample = lists.sample(resolved);
  if (!sample)
    return std::nullopt;
  return makeList({std::move(*sample)});
}

Result Session::probe(const Value& each) {
  size_t firstNode = nodes.size();
  diagnostics::DiagnosticList unheard;
  diagnostics::DiagnosticConsumer& before = reporter.redirect(unheard);
  bool outer = std::exchange(probing, true);
  Result sample = lists.sample(each);
  probing = outer;
  reporter.redirect(before);
  if (!outer)
    nodes.truncate(firstNode);
  return sample;
}

std::string Session::nameOf(const Artifact& artifact) const {
  if (artifact.isPrevious())
    return "previous";
  const plan::Node& node = nodes[artifact.ref.node];
  if (!node.label.empty())
    return node.label;
  return node.isTree() ? nodes.pathOf(artifact.ref).str() : node.definition;
}

std::string Session::identityOf(sema::SymbolId id) const {
  const sema::Symbol& symbol = program.symbols[id];
  if (!symbol.module.valid())
    return symbol.name;
  return graph[symbol.module].path + ":" + symbol.name;
}

} // namespace pipec::lower
