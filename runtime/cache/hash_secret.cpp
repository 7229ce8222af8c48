// Making and reading the secret.
#include "runtime/cache/hash_secret.h"

#include "runtime/folder/files.h"

#include <optional>
#include <string>

namespace pipec::cache {

/// nullopt: there is none, or what is there is of no use.
static std::optional<base::HashSecret> read(const std::string& path) {
  auto bytes = folder::read(path);
  if (!bytes) {
    llvm::consumeError(bytes.takeError());
    return std::nullopt;
  }
  bool whole = *bytes && (*bytes)->size() == base::HashSecret::Size;
  return whole ? std::optional(base::HashSecret::from(**bytes)) : std::nullopt;
}

base::HashSecret hashSecretOf(llvm::StringRef folder, Access access) {
  std::string path = folder.str() + "/secret";
  if (auto kept = read(path))
    return *kept;
  base::HashSecret made = base::HashSecret::random();
  if (access == Access::ReadOnly)
    return made;
  llvm::consumeError(folder::write(path, made.bytes()));
  // Of two that make one at once, the last one's stays.
  return read(path).value_or(made);
}

} // namespace pipec::cache
