// Names in memory. Links are never followed by `status`: lowering does that itself.
#include "memory_files.h"

#include "compiler/base/error.h"

#include "llvm/Support/Path.h"

namespace pipec::lower {

void MemoryFiles::add(const std::string& path, Entry entry) {
  for (llvm::StringRef at = llvm::sys::path::parent_path(path); at.size() > 1;
       at = llvm::sys::path::parent_path(at))
    entries_.try_emplace(at.str(), Entry{base::FileKind::Directory, ""});
  entries_[path] = std::move(entry);
}

llvm::Expected<std::string> MemoryFiles::read(llvm::StringRef path) {
  auto found = entries_.find(path.str());
  if (found == entries_.end() || found->second.kind != base::FileKind::Regular)
    return base::worldError("cannot read `" + path + "`");
  return found->second.content;
}

llvm::Expected<std::optional<base::FileStatus>> MemoryFiles::status(llvm::StringRef path, bool) {
  auto found = entries_.find(path.str());
  if (found == entries_.end())
    return std::optional<base::FileStatus>();
  base::FileStatus status;
  status.kind = found->second.kind;
  return std::optional(status);
}

llvm::Expected<std::vector<base::DirectoryEntry>> MemoryFiles::list(llvm::StringRef directory) {
  listed.insert(directory.str());
  std::vector<base::DirectoryEntry> result;
  for (const auto& [path, entry] : entries_)
    if (llvm::sys::path::parent_path(path) == directory)
      result.push_back({llvm::sys::path::filename(path).str(), entry.kind});
  return result;
}

llvm::Expected<std::string> MemoryFiles::readLink(llvm::StringRef path) {
  return entries_.at(path.str()).content;
}

} // namespace pipec::lower
