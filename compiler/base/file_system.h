// FileSystem: the seam through which the compiler and the digesting of inputs look at the disk.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::base {

enum class FileKind : uint8_t { Regular, Directory, Symlink, Other };

/// What `statx` says. Times are nanoseconds since the epoch, sizes are bytes.
struct FileStatus {
  FileKind kind = FileKind::Other;
  bool executable = false; ///< any execute bit
  uint32_t mode = 0;       ///< permission bits, 07777
  uint64_t size = 0;
  int64_t modified = 0;
  int64_t changed = 0;
  uint64_t inode = 0;
  uint64_t device = 0;
  bool operator==(const FileStatus&) const = default;
};

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::Other;
};

/// All paths are absolute or relative to the process's working directory. Names are bytes.
class FileSystem {
public:
  virtual ~FileSystem() = default;

  /// The whole content. A directory, a missing file and any other failure is an error that names
  /// `path`.
  virtual llvm::Expected<std::string> read(llvm::StringRef path) = 0;
  /// nullopt if there is nothing (ENOENT, ENOTDIR). Follows links only if told to; a dangling or
  /// circular link is nothing when followed.
  virtual llvm::Expected<std::optional<FileStatus>> status(llvm::StringRef path,
                                                           bool followLinks = true) = 0;
  /// Sorted by bytes, without `.` and `..`. Links are entries of kind Symlink.
  virtual llvm::Expected<std::vector<DirectoryEntry>> list(llvm::StringRef directory) = 0;
  virtual llvm::Expected<std::string> readLink(llvm::StringRef path) = 0;
};

/// The machine's own file system. Safe to use from several threads at once.
std::unique_ptr<FileSystem> makeRealFileSystem();

/// Writes `content` to a temporary name beside `path`, then renames it: readers see the old file or
/// the new one, never a part, also with several writers. What a killed writer leaves is taken by
/// the next one of the same path. Makes missing parent directories. `durable` also syncs file and
/// folder.
llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef content,
                                bool durable = false);

/// `mkdir -p`.
llvm::Error makeDirectories(llvm::StringRef path);

/// `rm -rf`: makes what is in the way writable first; nothing there is no error. Never follows
/// links.
llvm::Error removeTree(llvm::StringRef path);

} // namespace pipec::base
