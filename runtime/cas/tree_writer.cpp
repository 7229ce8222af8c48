// Files are copied on two threads; folders and links are made in order.
#include "runtime/cas/tree_writer.h"

#include "compiler/base/error.h"
#include "compiler/base/fixed_time.h"
#include "compiler/base/parallel.h"
#include "compiler/base/sparse_file.h"
#include "compiler/base/text.h"
#include "runtime/cas/disk.h"
#include "runtime/cas/tree_walk.h"
#include "runtime/cas/usage.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

namespace {

class Writer {
public:
  Writer(ContentStore& contentStore, Blobs& blobStore, llvm::StringRef where, Times kind)
      : store(contentStore), blobs(blobStore), shown(where), times(kind) {}

  llvm::Expected<bool> file(int parent, const std::string& path, const Content& content);
  llvm::Expected<bool> link(int parent, const std::string& path, llvm::StringRef target);
  llvm::Expected<bool> tree(int parent, const std::string& name, const base::Digest& digest);
  uint64_t bytes() const { return written; }

private:
  std::string name(llvm::StringRef path) const {
    return base::printable(shown.empty() ? path.str() : (llvm::Twine(shown) + "/" + path).str());
  }
  llvm::Error failure(llvm::StringRef path) const {
    int reason = errno;
    return base::systemError("cannot write `" + name(path) + "`", reason);
  }
  llvm::Error makeFolders(int root, const std::vector<TreeItem>& items);
  llvm::Error finishFolder(int parent, const std::string& path);

  ContentStore& store;
  Blobs& blobs;
  std::string shown; ///< the folder that paths in messages are relative to; may be empty
  Times times;
  std::atomic<uint64_t> written = 0;
};

} // namespace

static constexpr timespec Fixed[2] = {{base::FixedTime, 0}, {base::FixedTime, 0}};

llvm::Expected<bool> Writer::file(int parent, const std::string& path, const Content& content) {
  mode_t mode = content.kind == EntryKind::Executable ? 0755 : 0644;
  Descriptor target(
      ::openat(parent, path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!target)
    return failure(path);
  auto copied = blobs.copyTo(content.digest, target.get(), name(path));
  if (!copied || !*copied)
    return copied;
  struct stat status;
  if (::fstat(target.get(), &status) != 0)
    return failure(path);
  written += base::bytesOnDisk(status);
  if (::fchmod(target.get(), mode) != 0 ||
      (times == Times::Fixed && ::futimens(target.get(), Fixed) != 0) || !target.close())
    return failure(path);
  return true;
}

llvm::Expected<bool> Writer::link(int parent, const std::string& path, llvm::StringRef target) {
  if (::symlinkat(target.str().c_str(), parent, path.c_str()) != 0 ||
      (times == Times::Fixed && ::utimensat(parent, path.c_str(), Fixed, AT_SYMLINK_NOFOLLOW) != 0))
    return failure(path);
  return true;
}

/// After everything in it is written: that would change its time again.
llvm::Error Writer::finishFolder(int parent, const std::string& path) {
  if (::fchmodat(parent, path.c_str(), 0755, 0) != 0 ||
      (times == Times::Fixed && ::utimensat(parent, path.c_str(), Fixed, 0) != 0))
    return failure(path);
  return llvm::Error::success();
}

llvm::Error Writer::makeFolders(int root, const std::vector<TreeItem>& items) {
  for (const TreeItem& item : items)
    if (item.entry.content.kind == EntryKind::Directory &&
        ::mkdirat(root, item.path.c_str(), 0700) != 0)
      return failure(item.path);
  return llvm::Error::success();
}

llvm::Expected<bool> Writer::tree(int parent, const std::string& name, const base::Digest& digest) {
  auto items = walkTree(store, digest);
  if (!items)
    return items.takeError();
  if (!*items)
    return false;
  if (::mkdirat(parent, name.c_str(), 0700) != 0)
    return failure(name);
  Descriptor root(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root)
    return failure(name);
  std::string outer = shown;
  shown = shown.empty() ? name : shown + "/" + name;
  if (llvm::Error error = makeFolders(root.get(), **items))
    return error;
  std::atomic<bool> complete = true;
  llvm::Error error = base::forEachItem((*items)->size(), [&](size_t index) -> llvm::Error {
    const auto& [path, entry] = (**items)[index];
    if (entry.content.kind == EntryKind::Directory || !complete)
      return llvm::Error::success();
    auto written = entry.content.kind == EntryKind::Symlink ? link(root.get(), path, entry.target)
                                                            : file(root.get(), path, entry.content);
    if (!written)
      return written.takeError();
    if (!*written)
      complete = false;
    return llvm::Error::success();
  });
  if (error)
    return error;
  if (!complete)
    return false;
  for (const TreeItem& item : llvm::reverse(**items))
    if (item.entry.content.kind == EntryKind::Directory)
      if (llvm::Error failed = finishFolder(root.get(), item.path))
        return failed;
  shown = outer;
  if (llvm::Error failed = finishFolder(parent, name))
    return failed;
  return true;
}

static llvm::Expected<bool> write(Writer& writer, Blobs& blobs, const Content& content, int parent,
                                  const std::string& name) {
  switch (content.kind) {
  case EntryKind::File:
  case EntryKind::Executable:
    return writer.file(parent, name, content);
  case EntryKind::Symlink: {
    auto target = blobs.read(content.digest);
    if (!target)
      return target.takeError();
    return *target ? writer.link(parent, name, **target) : false;
  }
  case EntryKind::Directory:
    return writer.tree(parent, name, content.digest);
  }
  llvm_unreachable("no such kind");
}

llvm::Expected<bool> writeContent(ContentStore& store, Blobs& blobs, const Content& content,
                                  int parent, const std::string& name, llvm::StringRef shown,
                                  Times times, uint64_t* bytes) {
  Writer writer(store, blobs, shown, times);
  auto written = write(writer, blobs, content, parent, name);
  if (bytes)
    *bytes += writer.bytes();
  return written;
}

} // namespace pipec::cas
