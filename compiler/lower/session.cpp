// What all parts of a lowering ask for.
#include "compiler/lower/session.h"

namespace pipec::lower {

std::optional<plan::NodeId> Session::addNode(const base::Digest& call, NewNode node) {
  if (!limits.node(node.origin, nodes.size()))
    return std::nullopt;
  node.node.location = reporter.userLocation(node.origin);
  node.node.stage = stage;
  node.node.before = nextStage;
  return nodes.add(call, std::move(node));
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
