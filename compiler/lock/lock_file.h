// LockFile: what `pipe.lock` pins, and its text.
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::lock {

/// In the workspace's top folder. Meant for version control: written in a stable order, one value
/// on a line.
constexpr llvm::StringLiteral LockFileName = "pipe.lock";

/// Modules from somewhere else that have been copied into the workspace: `use NAME.MODULE`.
struct PinnedPackage {
  std::string name;   ///< isPackageName()
  std::string path;   ///< of its folder; isPackagePath()
  std::string digest; ///< digestOfPackage(), `sha256:` and 64 hexadecimal digits
  bool operator==(const PinnedPackage&) const = default;
};

/// What `resolve` answered to a question. Sources that ask the same share the answer.
struct PinnedSource {
  /// The sources that ask: `site.pipe:website.source.repo`, then ` --branch=dev` for each parameter
  /// that was given; sorted.
  std::vector<std::string> of;
  /// The values in the question, for people: a URL, the name of a branch.
  std::vector<std::string> asks;
  base::Sha256 question; ///< of plan::computeQuestionKey()
  std::string identity;  ///< the answer; never empty
  bool operator==(const PinnedSource&) const = default;
};

struct LockFile {
  std::vector<PinnedPackage> packages; ///< by name, each once
  std::vector<PinnedSource> sources; ///< by the first of `of`, then by question; each question once

  const PinnedPackage* package(llvm::StringRef name) const;
  /// The package that the file at `path` (relative to the workspace) is of: of nested folders the
  /// inner one's. Null if it is of none.
  const PinnedPackage* packageOf(llvm::StringRef path) const;
  bool operator==(const LockFile&) const = default;
};

/// Whether a package may be called that: as an identifier that is no keyword, and not `std`.
bool isPackageName(llvm::StringRef name);
/// Whether it is a path below the workspace, in its shortest form, with `/`, and not in `.git` or
/// `.pipec`.
bool isPackagePath(llvm::StringRef path);

/// Why a text is not a lock file, as a sentence about `pipe.lock`, with the place in the text.
struct LockProblem {
  std::string message;
  std::string help;
  size_t offset = 0;
  size_t length = 0;
};

/// The format is JSON, version `pipec.lock/2`:
///
///     { "schema": "pipec.lock/2",
///       "packages": [ { "name": …, "path": …, "digest": "sha256:…" } … ],
///       "sources": [ { "of": [ … ], "asks": [ … ], "question": "sha256:…", "identity": … } … ] }
///
/// Fields that it does not have, another version, and anything twice are refused: what is not
/// understood would be lost when the file is written again. `lock` is filled only without a
/// problem.
std::optional<LockProblem> parseLock(llvm::StringRef text, LockFile& lock);

/// Sorts what is to be sorted. What parseLock() refuses must not be in it.
std::string renderLock(LockFile lock);

} // namespace pipec::lock
