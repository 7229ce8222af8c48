// Kept outputs: the copies at `.pipec/out/PIPELINE/NAME` that `out` clauses ask for.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cas/content_store.h"
#include "runtime/cli/workspace.h"
#include "runtime/exec/build.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::cli {

/// What was put below `.pipec/out`, so that it can be taken away again, and nothing else is. Kept
/// in
/// `.pipec/kept.json`; a file that is not what this class wrote counts as empty.
class KeptOutputs {
public:
  KeptOutputs(const Workspace& workspace, cas::ContentStore& store);

  /// Removes copies whose clause is gone from `whole`, then brings those of `wanted` whose nodes
  /// have succeeded up to date, touching only what differs. `tell` gets the path of each that
  /// changed, relative to the workspace. Returns the nodes whose outputs could not be brought up to
  /// date because the store has lost them.
  llvm::Expected<std::vector<plan::NodeId>>
  update(const plan::Plan& whole, const plan::Plan& wanted, const exec::BuildResult& result,
         llvm::function_ref<void(llvm::StringRef path)> tell);
  /// What stands below the `out` of the workspace whose state is in `state`.
  static std::vector<cas::Content> contents(llvm::StringRef state);
  /// Removes copies of pipelines that `module` no longer declares.
  llvm::Error dropPipelines(llvm::StringRef module, llvm::ArrayRef<std::string> declared);

private:
  struct Entry {
    std::string path; ///< below `.pipec/out`: `PIPELINE/NAME` or `PIPELINE/NAME/KEY`
    std::string pipeline;
    std::string name; ///< of the clause
    std::string module;
    cas::Content content;
  };

  static std::vector<Entry> read(const std::string& manifest);
  llvm::Error write();
  llvm::Error remove(const Entry& entry);
  llvm::Error removeWhere(llvm::function_ref<bool(const Entry&)> isGone);
  std::string pathOf(const Entry& entry) const { return folder + "/" + entry.path; }

  std::string folder;   ///< `.pipec/out`
  std::string manifest; ///< `.pipec/kept.json`
  cas::ContentStore& store;
  std::vector<Entry> entries; ///< sorted by path
  bool changed = false;
};

} // namespace pipec::cli
