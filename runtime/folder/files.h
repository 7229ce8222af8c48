// Files and folders below a held folder, named by their paths.
//
// Nothing here follows a link: from the held folder (own_folder.h) on, a path that leads over one
// fails with ELOOP (openat2(2), RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS). A path that is in no held
// folder is resolved from the root in the same way. What is made has mode 0600 or 0700 (0660 and
// 2770 below a folder that a group shares), whatever the umask. A file is a regular one: a named
// pipe or device in its place is an error and keeps nobody waiting.
#pragma once

#include "compiler/base/file_system.h"
#include "runtime/folder/descriptor.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace pipec::folder {

/// open(2) of a file, or of a folder with O_DIRECTORY. None: errno says why.
Descriptor openFile(const std::string& path, int flags);

/// lstat(2). False: errno says why.
bool lookAt(const std::string& path, struct stat& status);
/// unlink(2), rmdir(2), rename(2), mkdir(2). False: errno says why.
bool unlinkFile(const std::string& path);
bool removeFolder(const std::string& path);
bool rename(const std::string& from, const std::string& to);
bool makeFolder(const std::string& path);
/// Sets its time of change to now.
bool touch(const std::string& path);

/// `mkdir -p`.
llvm::Error makeFolders(const std::string& path);
/// As base::writeFileAtomically, with the folders above it.
llvm::Error write(const std::string& path, llvm::StringRef content, bool durable = false);
/// nullopt: there is no such file. One that is larger than `limit` is an error.
llvm::Expected<std::optional<std::string>> read(const std::string& path,
                                                uint64_t limit = uint64_t(256) << 20);
/// Sorted by bytes. A folder that is not there is an error.
llvm::Expected<std::vector<base::DirectoryEntry>> list(const std::string& path);
/// `rm -rf`.
llvm::Error removeTree(const std::string& path);

/// For what takes a path and follows no link in its last name: `use` gets a path to the same place
/// that leads over no link, whatever is done to the folders above it meanwhile. Messages of `use`
/// are to name `path` instead: errors that it returns are put right. The folders above are made.
llvm::Error withAnchoredPath(const std::string& path,
                             llvm::function_ref<llvm::Error(const std::string& anchored)> use);

/// "cannot open `…`" and why, which for a link says that it is one.
llvm::Error failure(llvm::StringRef action, const std::string& path, int reason);

} // namespace pipec::folder
