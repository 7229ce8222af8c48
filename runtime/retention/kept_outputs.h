// Kept outputs: the copies at `.pipec/out/PIPELINE/NAME` that `out` clauses ask for.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/cas/content_store.h"
#include "runtime/exec/build.h"
#include "runtime/workspace/workspace.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::retention {

/// What was put below `.pipec/out`, so that it can be taken away again, and nothing else is. Kept
/// in `.pipec/kept.json`; a file that is not what this class wrote counts as empty. What is to be
/// put there is in that file first: whatever a kill leaves behind is found again.
class KeptOutputs {
public:
  KeptOutputs(const workspace::Workspace& workspace, cas::ContentStore& store);

  /// Removes copies whose clause is gone from `whole`, then brings those of `wanted` whose nodes
  /// have succeeded up to date, touching only what differs. `tell` gets the path of each that
  /// changed, relative to the workspace. Returns the nodes whose content the store has lost, or has
  /// found damaged: theirs are not up to date.
  llvm::Expected<std::vector<plan::NodeId>>
  update(const plan::Plan& whole, const plan::Plan& wanted, const exec::BuildResult& result,
         llvm::function_ref<void(llvm::StringRef path)> tell);
  /// What stands below the `out` of the workspace whose state is in `state`.
  static std::vector<cas::Content> contents(llvm::StringRef state);
  /// Removes copies of pipelines that `module` no longer declares.
  llvm::Error dropPipelines(llvm::StringRef module, llvm::ArrayRef<std::string> declared);
  /// Removes copies whose module is no longer in the workspace.
  llvm::Error dropModules();

private:
  struct Entry {
    std::string path; ///< below `.pipec/out`: `PIPELINE/NAME` or `PIPELINE/NAME/KEY`
    std::string pipeline;
    std::string name; ///< of the clause
    std::string module;
    cas::Content content;
  };

  static std::vector<Entry> read(const std::string& manifest);
  static std::vector<Entry> decode(llvm::StringRef text);
  llvm::Error write();
  llvm::Error remove(const Entry& entry);
  llvm::Error removeWhere(llvm::function_ref<bool(const Entry&)> isGone);
  llvm::Error removeForgotten(const plan::Plan& whole, const plan::Plan& wanted,
                              const exec::BuildResult& result);
  void announce(llvm::ArrayRef<Entry> current);
  void forgetReplaced(llvm::ArrayRef<Entry> restored);
  static std::string identity(const Entry& entry);
  std::string pathOf(const Entry& entry) const { return folder + "/" + entry.path; }

  std::string root;     ///< of the workspace
  std::string folder;   ///< `.pipec/out`
  std::string manifest; ///< `.pipec/kept.json`
  cas::ContentStore& store;
  std::vector<Entry> entries; ///< sorted by path
  bool changed = false;
};

} // namespace pipec::retention
