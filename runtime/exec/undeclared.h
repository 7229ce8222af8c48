// Undeclared reads: what a failed step looked for and could not see, guessed from what it printed.
#pragma once

#include "compiler/base/file_system.h"
#include "compiler/base/path_glob.h"
#include "compiler/plan/plan.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pipec::exec {

/// What of the repository a step is given.
class DeclaredFiles {
public:
  DeclaredFiles(const plan::Plan& plan, plan::NodeId step);

  /// A file or folder, relative to the workspace.
  bool has(llvm::StringRef path) const;
  /// Whether the step gets something of the node, be it through trees.
  bool reaches(plan::NodeId node) const { return reached.count(node) != 0; }

private:
  struct Folder {
    std::string path;
    std::vector<base::PathGlob> patterns; ///< none: all of it
  };
  bool add(const plan::Plan& plan, const plan::Node& node, plan::NodeId id);

  std::vector<Folder> folders;
  std::set<plan::NodeId> reached;
};

struct UndeclaredRead {
  std::string clause;             ///< "it looked for `x`, which …"
  std::vector<std::string> edits; ///< see howToDeclareInput(); may be empty
};

/// In a step's root, what it did not declare does not exist, so a program that wants it says "no
/// such file" and names it. `output` is what the step printed. If it names a file of the
/// repository, or an output of another step, that is not among `node`'s inputs, the answer says
/// so and which edits of the `.pipe` file declare it.
std::optional<UndeclaredRead> explainUndeclaredRead(const plan::Plan& plan, plan::NodeId node,
                                                    llvm::StringRef output,
                                                    llvm::StringRef workspace,
                                                    base::FileSystem& files);

} // namespace pipec::exec
