// A file system of names in memory.
#pragma once

#include "compiler/base/file_system.h"

#include <map>
#include <set>

namespace pipec::lower {

class MemoryFiles final : public base::FileSystem {
public:
  struct Entry {
    base::FileKind kind = base::FileKind::Regular;
    std::string content; ///< of a link: its target
  };

  /// `path` is absolute. Folders on the way are made.
  void add(const std::string& path, Entry entry);

  llvm::Expected<std::string> read(llvm::StringRef path) override;
  llvm::Expected<std::optional<base::FileStatus>> status(llvm::StringRef path,
                                                         bool followLinks) override;
  llvm::Expected<std::vector<base::DirectoryEntry>> list(llvm::StringRef directory) override;
  llvm::Expected<std::string> readLink(llvm::StringRef path) override;

  std::multiset<std::string> listed; ///< each folder, as often as it was listed

private:
  std::map<std::string, Entry> entries_;
};

} // namespace pipec::lower
