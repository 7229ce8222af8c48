// Blobs on disk: put, look up, read with a check.
#include "runtime/cas/blob_store.h"

#include "compiler/base/error.h"
#include "compiler/base/sparse_file.h"
#include "runtime/cas/clock.h"
#include "runtime/cas/content_store.h"
#include "runtime/cas/frame.h"
#include "runtime/cas/names.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/ScopeExit.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

BlobStore::BlobStore(std::string path, Scratch* own)
    : folder(std::move(path)), scratch(own), usedBefore(nowMs() - UseGranularityMs) {}

llvm::Error BlobStore::failure(int reason) const {
  return unusableStore("cannot write to the store `" + folder + "`", reason);
}

llvm::Expected<std::unique_ptr<BlobStore>> BlobStore::open(std::string place, Scratch& scratch) {
  std::string path = place + "/blobs";
  if (!folder::makeFolder(path) && errno != EEXIST)
    return unusableStore("cannot make the store `" + place + "`", errno);
  std::unique_ptr<BlobStore> store(new BlobStore(std::move(place), &scratch));
  store->blobs = folder::openFile(path, O_RDONLY | O_DIRECTORY);
  if (!store->blobs)
    return unusableStore("cannot open the store `" + path + "`", errno);
  return store;
}

llvm::Expected<std::unique_ptr<BlobStore>> BlobStore::openForReading(std::string place) {
  std::string path = place + "/blobs";
  std::unique_ptr<BlobStore> store(new BlobStore(std::move(place), nullptr));
  store->blobs = folder::openFile(path, O_RDONLY | O_DIRECTORY);
  if (!store->blobs && errno != ENOENT && errno != ENOTDIR)
    return unusableStore("cannot open the store `" + path + "`", errno);
  if (!store->blobs)
    store.reset();
  return store;
}

/// Whether the file of `status` can be a blob of `size` bytes: what was torn by a power cut is not.
static bool hasSize(const struct stat& status, uint64_t size, int blobs, const std::string& name) {
  auto fileSize = static_cast<uint64_t>(status.st_size);
  if (fileSize == size)
    return true;
  if (fileSize > size || fileSize < FrameHeaderSize)
    return false;
  Descriptor file(::openat(blobs, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  auto header = file ? frameHeaderOf(file.get()) : std::nullopt;
  return header && header->contentSize == size && header->fileSize == fileSize;
}

llvm::Expected<bool> BlobStore::has(const base::Digest& digest) {
  if (digest == base::emptyDigest())
    return true;
  std::string name = blobName(digest);
  struct stat status;
  if (::fstatat(blobs.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT)
      return false;
    return unusableStore("cannot read the store `" + folder + "`", errno);
  }
  if (!S_ISREG(status.st_mode) || !hasSize(status, digest.size, blobs.get(), name))
    return false;
  if (!scratch || milliseconds(status.st_mtim) >= usedBefore)
    return true;
  // From here on no collection removes it; one that was faster has.
  return ::utimensat(blobs.get(), name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) == 0 ||
         errno != ENOENT;
}

/// Renames `name` in `parent` to the blob; the folder of 1/256 is made when it is first needed.
static int renameToBlob(int parent, const char* name, int blobs, const std::string& blob) {
  if (::renameat(parent, name, blobs, blob.c_str()) == 0)
    return 0;
  if (errno != ENOENT)
    return errno;
  if (::mkdirat(blobs, blob.substr(0, 2).c_str(), 0700) != 0 && errno != EEXIST)
    return errno;
  return ::renameat(parent, name, blobs, blob.c_str()) == 0 ? 0 : errno;
}

int BlobStore::publish(int parent, const char* name, const base::Digest& digest, uint64_t size) {
  int reason = renameToBlob(parent, name, blobs.get(), blobName(digest));
  if (reason == 0)
    additions.add(digest, size);
  return reason;
}

llvm::Expected<base::Digest> BlobStore::put(llvm::StringRef bytes) {
  base::Digest digest = base::digestOf(bytes);
  auto present = has(digest);
  if (!present)
    return present.takeError();
  if (*present)
    return digest;
  auto tmp = scratch->folder();
  if (!tmp)
    return tmp.takeError();
  std::string name = scratch->newName();
  Descriptor file(::openat(*tmp, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file)
    return failure(errno);
  int reason = 0;
  if (!writeAll(file.get(), bytes) || ::fchmod(file.get(), 0444) != 0 || !file.close())
    reason = errno;
  else
    reason = publish(*tmp, name.c_str(), digest, digest.size);
  if (reason == 0)
    return digest;
  ::unlinkat(*tmp, name.c_str(), 0);
  return failure(reason);
}

/// Copies to the scratch folder while hashing, so that the digest is of what is stored even if the
/// file changes meanwhile. To hash first and to copy only what is new would read and hash twice
/// what is new, which large files mostly are.
llvm::Expected<base::Digest> BlobStore::putOpenFile(int source, llvm::StringRef shown,
                                                    BytesSeen seen) {
  auto tmp = scratch->folder();
  if (!tmp)
    return tmp.takeError();
  std::string name = scratch->newName();
  Descriptor file(::openat(*tmp, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file)
    return failure(errno);
  auto remove = llvm::make_scope_exit([&] { ::unlinkat(*tmp, name.c_str(), 0); });
  base::Digest digest;
  bool writing;
  if (!hashFile(source, file.get(), digest, writing, seen))
    return writing ? failure(errno) : base::systemError("cannot read `" + shown + "`", errno);
  auto present = has(digest);
  if (!present || *present)
    return present ? llvm::Expected<base::Digest>(digest) : present.takeError();
  struct stat status;
  if (::fchmod(file.get(), 0444) != 0 || ::fstat(file.get(), &status) != 0 || !file.close())
    return failure(errno);
  if (int reason = publish(*tmp, name.c_str(), digest, base::bytesOnDisk(status)))
    return failure(reason);
  remove.release();
  return digest;
}

llvm::Expected<base::Digest> BlobStore::putFile(int parent, const char* name, bool consume,
                                                llvm::StringRef shown, BytesSeen seen) {
  auto unreadable = [&] { return base::systemError("cannot read `" + shown + "`", errno); };
  // O_NONBLOCK: a named pipe that took the file's place must not hang us.
  int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor source(::openat(parent, name, flags));
  if (!source && errno == EACCES && consume && ::fchmodat(parent, name, 0600, 0) == 0)
    source = Descriptor(::openat(parent, name, flags));
  if (!source && errno == ELOOP)
    return base::worldError("cannot store `" + shown + "`: it is a symbolic link");
  struct stat status;
  if (!source || ::fstat(source.get(), &status) != 0)
    return unreadable();
  if (!S_ISREG(status.st_mode))
    return base::worldError("cannot store `" + shown + "`: it is no regular file");

  uint64_t size = static_cast<uint64_t>(status.st_size);
  bool movable = consume && status.st_nlink == 1 && status.st_uid == ::geteuid();
  if (size < BufferSize && !movable) {
    std::string bytes;
    if (!readAll(source.get(), size, bytes))
      return unreadable();
    if (seen)
      seen(bytes);
    return put(bytes);
  }
  if (!movable)
    return putOpenFile(source.get(), shown, seen);
  base::Digest digest;
  bool writing;
  if (!hashFile(source.get(), -1, digest, writing))
    return unreadable();
  auto present = has(digest);
  if (!present)
    return present.takeError();
  if (*present)
    return digest;
  // Its time may be anything that a step has set.
  if (::fchmod(source.get(), 0444) == 0 && ::futimens(source.get(), nullptr) == 0) {
    int reason = publish(parent, name, digest, base::bytesOnDisk(status));
    if (reason == 0)
      return digest;
    if (reason != EXDEV)
      return failure(reason);
  }
  if (::lseek(source.get(), 0, SEEK_SET) != 0)
    return unreadable();
  return putOpenFile(source.get(), shown, seen);
}

llvm::Expected<Descriptor> BlobStore::openBlob(const base::Digest& digest) const {
  Descriptor blob(
      ::openat(blobs.get(), blobName(digest).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!blob && errno != ENOENT)
    return unusableStore("cannot read the store `" + folder + "`", errno);
  return blob;
}

void BlobStore::discard(const base::Digest& digest) {
  if (!scratch)
    return;
  ::unlinkat(blobs.get(), blobName(digest).c_str(), 0);
}

/// What the frame in `blob` holds, if it is `digest`'s: handed to `use` in pieces.
static bool unpack(int blob, const base::Digest& digest,
                   llvm::function_ref<bool(llvm::StringRef)> use) {
  base::Hasher hasher;
  bool whole = readFrame(blob, [&](llvm::StringRef piece) {
    hasher.update(piece);
    return use(piece);
  });
  return whole && hasher.digest() == digest;
}

llvm::Expected<std::optional<std::string>> BlobStore::read(const base::Digest& digest) {
  if (digest == base::emptyDigest())
    return std::string();
  auto blob = openBlob(digest);
  if (!blob)
    return blob.takeError();
  if (!*blob)
    return std::nullopt;
  struct stat status;
  std::string bytes;
  if (::fstat(blob->get(), &status) != 0 ||
      !readAll(blob->get(), static_cast<uint64_t>(status.st_size), bytes))
    return unusableStore("cannot read the store `" + folder + "`", errno);
  // Folders are read to look through trees, and nobody asks for them in another way.
  if (scratch && milliseconds(status.st_mtim) < usedBefore)
    ::futimens(blob->get(), nullptr);
  if (base::digestOf(bytes) == digest)
    return bytes;
  if (readFrameHeader(bytes)) {
    bytes.clear();
    auto append = [&](llvm::StringRef piece) {
      bytes += piece;
      return true;
    };
    if (unpack(blob->get(), digest, append))
      return bytes;
  }
  discard(digest);
  return std::nullopt;
}

/// Read twice: the first time to see whether it is what its name says.
llvm::Expected<bool> BlobStore::pieces(const base::Digest& digest,
                                       llvm::function_ref<void(llvm::StringRef)> use) {
  if (digest == base::emptyDigest())
    return true;
  auto unreadable = [&] { return unusableStore("cannot read the store `" + folder + "`", errno); };
  auto blob = openBlob(digest);
  if (!blob)
    return blob.takeError();
  if (!*blob)
    return false;
  int file = blob->get();
  auto hand = [&](llvm::StringRef piece) {
    use(piece);
    return true;
  };
  auto ignore = [](llvm::StringRef) { return true; };
  if (frameHeaderOf(file) && unpack(file, digest, ignore))
    return readFrame(file, hand) ? llvm::Expected<bool>(true) : unreadable();
  base::Digest actual;
  bool writing;
  if (::lseek(file, 0, SEEK_SET) < 0 || !hashFile(file, -1, actual, writing))
    return unreadable();
  if (actual != digest) {
    discard(digest);
    return false;
  }
  if (::lseek(file, 0, SEEK_SET) < 0)
    return unreadable();
  std::unique_ptr<char[]> buffer(new char[BufferSize]);
  for (;;) {
    ssize_t count = readSome(file, buffer.get(), BufferSize);
    if (count < 0)
      return unreadable();
    if (count == 0)
      return true;
    use({buffer.get(), static_cast<size_t>(count)});
  }
}

llvm::Expected<bool> BlobStore::copyTo(const base::Digest& digest, int target,
                                       llvm::StringRef shown) {
  if (digest == base::emptyDigest())
    return true;
  auto blob = openBlob(digest);
  if (!blob)
    return blob.takeError();
  if (!*blob)
    return false;
  bool writing = false;
  if (frameHeaderOf(blob->get())) {
    base::SparseWriter writer(target);
    bool isContent = unpack(blob->get(), digest, [&](llvm::StringRef piece) {
      writing = !writer.write(piece);
      return !writing;
    });
    writing = writing || !writer.finish();
    if (writing)
      return base::systemError("cannot write `" + shown + "`", errno);
    if (isContent)
      return true;
    // Bytes that only look like a frame.
    if (::lseek(blob->get(), 0, SEEK_SET) < 0 || ::lseek(target, 0, SEEK_SET) < 0 ||
        ::ftruncate(target, 0) != 0)
      return base::systemError("cannot write `" + shown + "`", errno);
  }
  base::Digest actual;
  if (!hashFile(blob->get(), target, actual, writing))
    return writing ? base::systemError("cannot write `" + shown + "`", errno)
                   : unusableStore("cannot read the store `" + folder + "`", errno);
  if (actual == digest)
    return true;
  discard(digest);
  return false;
}

} // namespace pipec::cas
