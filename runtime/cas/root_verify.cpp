// Every file is read, every entry is compared.
#include "runtime/cas/root_verify.h"

#include <cerrno>
#include <fcntl.h>

namespace pipec::cas {

std::optional<base::Digest> FileDigestsByInode::of(int parent, const std::string& name,
                                                   const FoundEntry& found) {
  std::tuple key(found.status.st_ino, found.entry.modified, found.entry.size);
  {
    std::lock_guard lock(mutex);
    if (auto place = known.find(key); place != known.end())
      return place->second;
  }
  Descriptor file(::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  base::Digest digest;
  bool writing;
  if (!file || !hashFile(file.get(), -1, digest, writing))
    return std::nullopt;
  std::lock_guard lock(mutex);
  known.emplace(key, digest);
  return digest;
}

std::optional<uint64_t> verifyPoolFile(int folder, const std::string& text, const PoolName& name,
                                       FileDigestsByInode& digests) {
  FoundEntry file;
  if (::fstatat(folder, text.c_str(), &file.status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !describeEntry(file.status, file.entry) || file.entry.kind != RootEntry::Kind::File)
    return std::nullopt;
  auto digest = digests.of(folder, text, file);
  if (!digest)
    return std::nullopt;
  file.entry.digest = *digest;
  return PoolName::hashFor(file.entry) == name.hash ? std::optional(file.entry.size) : std::nullopt;
}

std::optional<uint64_t> verifyRoot(const std::string& place, FileDigestsByInode& digests) {
  std::string path = place + "/root";
  auto listed = readManifest(place + "/manifest");
  if (!listed)
    return std::nullopt;
  auto found = walkRoot(path);
  if (!found) {
    llvm::consumeError(found.takeError());
    return std::nullopt;
  }
  Descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root || found->size() != listed->size())
    return std::nullopt;
  uint64_t bytes = 0;
  for (size_t i = 0; i < listed->size(); ++i) {
    RootEntry& entry = (*found)[i].entry;
    if (entry.kind == RootEntry::Kind::File) {
      auto digest = digests.of(root.get(), entry.path, (*found)[i]);
      if (!digest && (errno != EACCES || (entry.mode & 0400)))
        return std::nullopt;
      entry.digest = digest.value_or((*listed)[i].digest);
      bytes += entry.size;
    }
    if (entry != (*listed)[i])
      return std::nullopt;
  }
  return bytes;
}

} // namespace pipec::cas
