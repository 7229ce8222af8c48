// RepositoryNames: which files and folders the repository has. Names only, never content.
#pragma once

#include "compiler/base/file_system.h"
#include "compiler/base/path_glob.h"
#include "compiler/base/place_inside.h"

#include "llvm/ADT/StringMap.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::lower {

/// All paths are relative to the workspace, with `/`, without `.` and `..`; the workspace itself is
/// `.`. Nothing named `.git` or `.pipec` is there. Each folder is listed once.
class RepositoryNames {
public:
  RepositoryNames(base::FileSystem& files_, std::string workspace_);

  /// `path` as it is meant from `folder`; nullopt if it is absolute or leaves the workspace.
  static std::optional<std::string> resolve(llvm::StringRef folder, llvm::StringRef path);

  using Found = base::PlaceInside;
  /// What is at `path`, links followed. Asked of the disk once for each path.
  llvm::Expected<Found> find(llvm::StringRef path);

  struct Match {
    std::string path; ///< relative to the folder that was searched
    bool outside = false;
  };
  /// The files below `folder` that match one of `patterns` and none of `excluded`, sorted by bytes.
  /// A link counts if it leads to a file; what is behind a link to a folder does not. A link to a
  /// file outside is given, and marked.
  llvm::Expected<std::vector<Match>> glob(llvm::StringRef folder,
                                          llvm::ArrayRef<base::PathGlob> patterns,
                                          llvm::ArrayRef<base::PathGlob> excluded);

  /// The names in a folder; empty if there is no such folder.
  llvm::Expected<llvm::ArrayRef<base::DirectoryEntry>> list(llvm::StringRef folder);

  /// The existing path that is most like the missing `path`; empty if none is.
  llvm::Expected<std::string> similar(llvm::StringRef path);

private:
  std::string absolute(llvm::StringRef path) const;

  base::FileSystem& files_;
  std::string workspace_;
  llvm::StringMap<std::vector<base::DirectoryEntry>> listings_;
  llvm::StringMap<Found> found_;
};

} // namespace pipec::lower
