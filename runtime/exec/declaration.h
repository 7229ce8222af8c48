// Declarations: the edits of a `.pipe` file that give a step an input or an output more.
#pragma once

#include "compiler/base/file_system.h"
#include "compiler/plan/plan.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace pipec::exec {

/// `File`, `Dir`, … as the language writes it.
llvm::StringRef typeName(plan::ArtifactType type);

/// What a step lacks, as an expression of the language that its caller can pass.
struct MissingInput {
  std::string named;      ///< as the step named it: `secret-notes.txt`
  std::string expression; ///< `file("secret-notes.txt")`
  std::string type;       ///< `File` or `Dir`
};

/// `file("…")` of `path`, which is relative to the workspace, in the module that calls `step`.
/// `function`: `file` or `dir`.
std::string repositoryExpression(const plan::Node& step, llvm::StringRef path,
                                 llvm::StringRef function = "file");

/// The edits that pass `missing` to `step`, a line for each: the place, and the text as it should
/// be there. Empty if the definition or the call cannot be found in the workspace, as those of the
/// standard library.
std::vector<std::string> howToDeclareInput(const plan::Node& step, const MissingInput& missing,
                                           llvm::StringRef workspace, base::FileSystem& files);

/// A sentence that says how the step declares what it wrote to `/o/PATH`.
std::string howToDeclareOutput(const plan::Node& step, llvm::StringRef path, bool isFolder);

/// A free name for a parameter or output: `secret_notes` of `src/secret-notes.txt`. `taken`: text
/// in which it must not stand as a word.
std::string parameterName(llvm::StringRef path, llvm::StringRef taken);

} // namespace pipec::exec
