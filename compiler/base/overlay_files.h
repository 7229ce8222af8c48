// OverlayFiles: a file system with some files replaced or added in memory.
#pragma once

#include "compiler/base/file_system.h"

#include "llvm/ADT/StringMap.h"

namespace pipec::base {

/// Not safe to use from several threads while `put` is called.
class OverlayFiles final : public FileSystem {
public:
  void put(llvm::StringRef path, std::string content) { files[path] = std::move(content); }

  llvm::Expected<std::string> read(llvm::StringRef path) override {
    auto found = files.find(path);
    return found != files.end() ? found->second : disk->read(path);
  }
  llvm::Expected<std::optional<FileStatus>> status(llvm::StringRef path,
                                                   bool followLinks) override {
    if (!files.contains(path))
      return disk->status(path, followLinks);
    FileStatus status;
    status.kind = FileKind::Regular;
    return status;
  }
  llvm::Expected<std::vector<DirectoryEntry>> list(llvm::StringRef directory) override {
    return disk->list(directory);
  }
  llvm::Expected<std::string> readLink(llvm::StringRef path) override {
    return disk->readLink(path);
  }

private:
  std::unique_ptr<FileSystem> disk = makeRealFileSystem();
  llvm::StringMap<std::string> files;
};

} // namespace pipec::base
