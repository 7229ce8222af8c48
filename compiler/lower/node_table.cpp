// The hash-consed table of nodes.
#include "compiler/lower/node_table.h"

#include "llvm/Support/Path.h"

namespace pipec::lower {

std::optional<plan::NodeId> NodeTable::find(const base::FastHash& call) const {
  auto found = byCall_.find(call);
  return found == byCall_.end() ? std::nullopt : std::optional(found->second);
}

plan::NodeId NodeTable::add(const base::FastHash& call, NewNode node) {
  plan::NodeId id = nodes_.push(std::move(node.node));
  paths_.push_back(std::move(node.paths));
  origins_.push_back(node.origin);
  calls_.push_back(call);
  byCall_.emplace(call, id);
  return id;
}

void NodeTable::truncate(size_t size) {
  for (size_t i = size; i < calls_.size(); ++i)
    byCall_.erase(calls_[i]);
  nodes_.truncate(size);
  paths_.resize(size);
  origins_.resize(size);
  calls_.resize(size);
}

void NodeTable::addWaits(plan::NodeId id, const std::vector<plan::NodeId>& waits) {
  std::vector<plan::NodeId>& held = nodes_[id].waits;
  for (plan::NodeId wait : waits)
    if (wait < id && !std::binary_search(held.begin(), held.end(), wait))
      held.insert(std::upper_bound(held.begin(), held.end(), wait), wait);
}

llvm::StringRef NodeTable::pathOf(const plan::ArtifactRef& artifact) const {
  return paths_[artifact.node.index][artifact.output];
}

llvm::StringRef NodeTable::baseNameOf(const plan::ArtifactRef& artifact) const {
  return llvm::sys::path::filename(pathOf(artifact), llvm::sys::path::Style::posix);
}

Artifact NodeTable::artifact(plan::NodeId id, uint32_t output) const {
  Artifact artifact;
  artifact.ref = {id, output};
  artifact.type = nodes_[id].types[output];
  artifact.maker = id;
  return artifact;
}

} // namespace pipec::lower
