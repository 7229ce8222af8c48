// Memory first, then the store below.
#include "runtime/cas/overlay_blobs.h"

#include "compiler/base/error.h"

#include <cerrno>
#include <fcntl.h>

namespace pipec::cas {

/// As long as the target of a link can be.
static constexpr size_t KeptSize = 4096;

base::Digest OverlayBlobs::keep(const base::Digest& digest, std::optional<llvm::StringRef> bytes) {
  std::lock_guard lock(mutex);
  auto& kept = above[digest];
  if (bytes && !kept)
    kept = bytes->str();
  return digest;
}

llvm::Expected<base::Digest> OverlayBlobs::put(llvm::StringRef bytes) {
  base::Digest digest = base::digestOf(bytes);
  return keep(digest, bytes.size() <= KeptSize ? std::optional(bytes) : std::nullopt);
}

llvm::Expected<base::Digest> OverlayBlobs::putEncoding(llvm::StringRef bytes) {
  return keep(base::digestOf(bytes), bytes);
}

llvm::Expected<base::Digest> OverlayBlobs::putFile(int parent, const char* name, bool,
                                                   llvm::StringRef shown, BytesSeen seen) {
  Descriptor source(::openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status;
  base::Digest digest;
  bool writing;
  if (!source || ::fstat(source.get(), &status) != 0)
    return base::systemError("cannot read `" + shown + "`", errno);
  if (!S_ISREG(status.st_mode))
    return base::worldError("cannot store `" + shown + "`: it is no regular file");
  std::string bytes;
  if (static_cast<uint64_t>(status.st_size) > KeptSize) {
    if (!hashFile(source.get(), -1, digest, writing, seen))
      return base::systemError("cannot read `" + shown + "`", errno);
    return keep(digest, std::nullopt);
  }
  if (!readAll(source.get(), static_cast<uint64_t>(status.st_size), bytes))
    return base::systemError("cannot read `" + shown + "`", errno);
  if (seen)
    seen(bytes);
  return put(bytes);
}

llvm::Expected<bool> OverlayBlobs::has(const base::Digest& digest) {
  {
    std::lock_guard lock(mutex);
    if (above.count(digest) != 0)
      return true;
  }
  return below ? below->has(digest) : false;
}

llvm::Expected<std::optional<std::string>> OverlayBlobs::read(const base::Digest& digest) {
  {
    std::lock_guard lock(mutex);
    if (auto kept = above.find(digest); kept != above.end() && kept->second)
      return *kept->second;
  }
  if (!below)
    return std::nullopt;
  return below->read(digest);
}

llvm::Expected<bool> OverlayBlobs::pieces(const base::Digest& digest,
                                          llvm::function_ref<void(llvm::StringRef)> use) {
  {
    std::lock_guard lock(mutex);
    if (auto kept = above.find(digest); kept != above.end() && kept->second) {
      use(*kept->second);
      return true;
    }
  }
  return below ? below->pieces(digest, use) : false;
}

llvm::Expected<bool> OverlayBlobs::copyTo(const base::Digest&, int, llvm::StringRef shown) {
  return base::worldError("cannot write `" + shown + "`: a dry run writes nothing");
}

} // namespace pipec::cas
