// A step's result, with what its declarations left out and what has changed meanwhile.
#include "compiler/base/file_system.h"
#include "runtime/exec/action.h"
#include "runtime/exec/attempts.h"
#include "runtime/exec/modified_inputs.h"
#include "runtime/exec/undeclared.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::exec {

bool ActionExecutor::isTraced(plan::NodeId node) const {
  return options.trace && llvm::is_contained(plan.roots, node);
}

/// What of the step's inputs somebody has modified since they were hashed; the user is told.
llvm::Expected<std::vector<std::string>> ActionExecutor::findModified(plan::NodeId node,
                                                                      const cache::ReadSet& reads) {
  auto modified = modifiedInputs(
      plan, node, reads, [&](const plan::ArtifactRef& ref) { return content(ref); }, world.store,
      world.files);
  if (modified && !modified->empty())
    observer.warning(modifiedText(*modified) + " while `" + plan.nodes[node].label +
                     "` ran, which saw the content of before: its result is not cached; build "
                     "again");
  return modified;
}

/// Makes a failure say what the step looked for, or wanted to write, in vain.
llvm::Error ActionExecutor::addUndeclaredRead(plan::NodeId node, NodeResult& result) {
  // Why a step failed stands at the end of what it printed.
  static constexpr size_t LookedAt = 1 << 20;
  std::string output;
  for (const auto& digest : {result.stdoutDigest, result.stderrDigest}) {
    std::string end;
    auto found = world.store.pieces(*digest, [&](llvm::StringRef piece) {
      end += piece;
      if (end.size() > LookedAt)
        end.erase(0, end.size() - LookedAt);
    });
    if (!found)
      return found.takeError();
    output += end;
  }
  auto files = base::makeRealFileSystem();
  if (auto read = explainUndeclaredRead(plan, node, output, world.workspace, *files)) {
    result.failure->code = "R1002";
    result.failure->message += ": " + read->clause;
    result.failure->edits = std::move(read->edits);
  } else if (auto write = explainRefusedWrite(output, world.workspace)) {
    result.failure->code = "R1019";
    result.failure->message += ": " + *write;
  }
  return llvm::Error::success();
}

llvm::Expected<NodeResult> ActionExecutor::resultOf(plan::NodeId node, StepOutcome outcome,
                                                    const base::Digest& key) {
  auto modified = findModified(node, outcome.reads);
  if (!modified)
    return modified.takeError();
  if (!outcome.failure && !outcome.undeclared.empty())
    observer.warning(undeclaredOutputsText(plan.nodes[node], outcome.undeclared));
  NodeResult result;
  result.key = key;
  result.modified = std::move(*modified);
  if (isTraced(node))
    result.trace =
        explainTrace(plan, node, outcome.trace, world.workspace, *base::makeRealFileSystem());
  takeOutcome(result, outcome);
  result.outputs = std::move(outcome.outputs);
  result.execution = options.execution;
  return result;
}

} // namespace pipec::exec
