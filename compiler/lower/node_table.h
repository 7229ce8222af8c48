// NodeTable: the plan's nodes while they are being made; equal calls are one node.
#pragma once

#include "compiler/base/fast_hash.h"
#include "compiler/diagnostics/source_file.h"
#include "compiler/lower/value.h"
#include "compiler/plan/plan.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace pipec::lower {

/// A node that is not in the table yet.
struct NewNode {
  plan::Node node;
  /// The path by which each output is called: `src/main.c`, `app.tgz`, `dir`; its last component is
  /// the base name, and of a File it is `.path`.
  std::vector<std::string> paths;
  diagnostics::SourceRange origin; ///< the call that makes it
};

class NodeTable {
public:
  /// The node of an equal call that was made before.
  std::optional<plan::NodeId> find(const base::FastHash& call) const;
  plan::NodeId add(const base::FastHash& call, NewNode node);

  size_t size() const { return nodes_.size(); }
  plan::Node& operator[](plan::NodeId id) { return nodes_[id]; }
  const plan::Node& operator[](plan::NodeId id) const { return nodes_[id]; }
  diagnostics::SourceRange origin(plan::NodeId id) const { return origins_[id.index]; }

  /// Another call of the node came with proofs to wait for. Those that are newer than the node are
  /// left out: they may depend on it, and the call that made the node had proofs of its own for all
  /// that its parameters ask for.
  void addWaits(plan::NodeId id, const std::vector<plan::NodeId>& waits);

  llvm::StringRef pathOf(const plan::ArtifactRef& artifact) const;
  llvm::StringRef baseNameOf(const plan::ArtifactRef& artifact) const;
  /// The handle as a value of its own, without proofs.
  Artifact artifact(plan::NodeId id, uint32_t output = 0) const;

  using Nodes = base::GrowingVector<plan::NodeId, plan::Node>;
  const Nodes& all() const { return nodes_; }
  Nodes take() { return std::move(nodes_); }
  /// Forgets the nodes from `size` on.
  void truncate(size_t size);

private:
  Nodes nodes_;
  std::vector<std::vector<std::string>> paths_;
  std::vector<diagnostics::SourceRange> origins_;
  std::vector<base::FastHash> calls_;
  std::unordered_map<base::FastHash, plan::NodeId> byCall_;
};

} // namespace pipec::lower
