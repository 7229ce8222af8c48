// Expander: the seam through which a build learns what lists of run-time length consist of.
#pragma once

#include "compiler/plan/plan.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::plan {

/// What an expansion has done to a plan. Its new nodes are those from `firstNew` on; dependencies
/// come before their users among them.
struct Growth {
  /// A node that was deferred and is complete now, with the dependencies that it did not have.
  struct Completed {
    NodeId node;
    std::vector<NodeId> added;
  };
  /// The user's program failed for an element; `code` is a diagnostic's (`E0701`).
  struct Failure {
    std::string code;
    std::string message;
    Location location;
  };

  NodeId firstNew;
  std::vector<Completed> completed;
  std::vector<std::string> warnings; ///< one sentence each
  std::optional<Failure> failure;    ///< of the node that was expanded
};

/// Continues the evaluation of one plan while it is executed. Not thread-safe.
class Expander {
public:
  virtual ~Expander() = default;

  /// `node` is an Expansion of `plan`, whose dependencies have succeeded; `files` are the paths in
  /// its directory that match, sorted by bytes (none if it has no directory). Adds nodes at the end
  /// of `plan.nodes`, completes nodes that were deferred (which must not have started), and adds
  /// bindings and kept outputs of elements. Nothing else of the plan changes. An error is the
  /// machine's fault.
  virtual llvm::Expected<Growth> expand(Plan& plan, NodeId node,
                                        llvm::ArrayRef<std::string> files) = 0;
};

} // namespace pipec::plan
