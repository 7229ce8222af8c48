// A tree is listed first, then its files are stored on two threads, then its folders from the
// leaves up.
#include "runtime/cas/ingest.h"

#include "compiler/base/error.h"
#include "compiler/base/parallel.h"
#include "compiler/base/text.h"
#include "runtime/cas/disk.h"
#include "runtime/cas/overlay_blobs.h"
#include "runtime/cas/too_large.h"
#include "runtime/cas/unstorable.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

char Unstorable::ID = 0;

namespace {

/// Of a path in a tree: what is kept is copied below other folders, and 4,095 bytes are a path.
constexpr size_t MaxPath = 3072;

struct Node {
  std::string path; ///< relative to the root; empty for the root itself
  TreeEntry entry;
  size_t firstChild = 0; ///< of a folder: the children stand together
  size_t childCount = 0;
};

class Ingest {
public:
  Ingest(Blobs& blobStore, llvm::StringRef path, bool move)
      : blobs(blobStore), shown(path), consume(move) {}

  llvm::Expected<Content> tree();
  /// Lists the tree; stores nothing.
  llvm::Error list();
  llvm::Expected<EntryKind> kindAt(int folder, const std::string& name, const std::string& path);
  llvm::Expected<Content> link(int folder, const std::string& name, const std::string& path,
                               std::string& target);

private:
  std::string name(llvm::StringRef path) const {
    return base::printable(path.empty() ? shown : (shown + "/" + path).str());
  }
  llvm::Error failure(llvm::StringRef path) const {
    int reason = errno;
    if (reason == ENAMETOOLONG)
      return unstorable(path, "its path is too long");
    return base::systemError("cannot read `" + name(path) + "`", reason);
  }
  llvm::Error unstorable(llvm::StringRef path, llvm::StringRef why) const {
    return llvm::make_error<Unstorable>(shown, path, why.str());
  }
  llvm::Error listFolder(size_t index);
  llvm::Error storeFile(Node& node);

  Blobs& blobs;
  llvm::StringRef shown;
  bool consume;
  Descriptor root;
  std::vector<Node> nodes;
};

} // namespace

/// The beginning tells where it is; a path that is too long to be kept is too long to be read.
static std::string beginningOf(llvm::StringRef path) {
  constexpr size_t Enough = 200;
  return path.size() <= Enough ? base::printable(path)
                               : base::printable(path.take_front(Enough)) + "…";
}

Unstorable::Unstorable(llvm::StringRef root, llvm::StringRef place, std::string reason)
    : ErrorInfo(base::ErrorCategory::World, "cannot store `" + base::printable(root) +
                                                (place.empty() ? "" : "/") + beginningOf(place) +
                                                "`: " + reason),
      path(beginningOf(place)), why(std::move(reason)) {}

llvm::Expected<EntryKind> Ingest::kindAt(int folder, const std::string& entry,
                                         const std::string& path) {
  struct stat status;
  if (::fstatat(folder, entry.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return failure(path);
  if (S_ISREG(status.st_mode)) {
    if (llvm::Error error = checkSize(folder, entry, status, name(path)))
      return error;
    return (status.st_mode & 0111) != 0 ? EntryKind::Executable : EntryKind::File;
  }
  if (S_ISDIR(status.st_mode))
    return EntryKind::Directory;
  if (S_ISLNK(status.st_mode))
    return EntryKind::Symlink;
  return unstorable(path, S_ISSOCK(status.st_mode) ? "it is a socket, not a file, folder or link"
                          : S_ISFIFO(status.st_mode)
                              ? "it is a named pipe, not a file, folder or link"
                              : "it is a device, not a file, folder or link");
}

llvm::Expected<Content> Ingest::link(int folder, const std::string& entry, const std::string& path,
                                     std::string& target) {
  if (!readLink(folder, entry.c_str(), target))
    return failure(path);
  auto digest = blobs.put(target);
  if (!digest)
    return digest.takeError();
  return Content{EntryKind::Symlink, *digest};
}

llvm::Error Ingest::listFolder(size_t index) {
  const std::string path = nodes[index].path;
  const char* where = path.empty() ? "." : path.c_str();
  int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor folder(::openat(root.get(), where, flags));
  if (!folder && errno == EACCES && consume && ::fchmodat(root.get(), where, 0700, 0) == 0)
    folder = Descriptor(::openat(root.get(), where, flags));
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!folder || !readNames(folder.get(), names))
    return failure(path);
  nodes[index].firstChild = nodes.size();
  nodes[index].childCount = names.size();
  std::string prefix = path.empty() ? "" : path + "/";
  for (auto& [entry, type] : names) {
    Node child{prefix + entry, {entry, {}, ""}};
    if (!base::isUtf8(entry))
      return unstorable(child.path, "its name is not UTF-8");
    if (child.path.size() > MaxPath)
      return unstorable(child.path, "its path is longer than 3,072 bytes");
    auto kind = kindAt(folder.get(), entry, child.path);
    if (!kind)
      return kind.takeError();
    child.entry.content.kind = *kind;
    nodes.push_back(std::move(child));
  }
  return llvm::Error::success();
}

llvm::Error Ingest::storeFile(Node& node) {
  if (node.entry.content.kind == EntryKind::Directory)
    return llvm::Error::success();
  if (node.entry.content.kind == EntryKind::Symlink) {
    auto content = link(root.get(), node.path, node.path, node.entry.target);
    if (!content)
      return content.takeError();
    node.entry.content = *content;
    return llvm::Error::success();
  }
  auto digest = blobs.putFile(root.get(), node.path.c_str(), consume, name(node.path));
  if (!digest)
    return digest.takeError();
  node.entry.content.digest = *digest;
  return llvm::Error::success();
}

llvm::Error Ingest::list() {
  root = Descriptor(::open(shown.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root && errno == EACCES && consume && ::chmod(shown.str().c_str(), 0700) == 0)
    root = Descriptor(::open(shown.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root)
    return failure("");
  nodes.push_back({"", {"", {EntryKind::Directory, {}}, ""}});
  for (size_t next = 0; next < nodes.size(); ++next)
    if (nodes[next].entry.content.kind == EntryKind::Directory)
      if (llvm::Error error = listFolder(next))
        return error;
  return llvm::Error::success();
}

llvm::Expected<Content> Ingest::tree() {
  if (llvm::Error error = list())
    return error;
  if (llvm::Error error =
          base::forEachItem(nodes.size(), [&](size_t index) { return storeFile(nodes[index]); }))
    return error;
  // Children stand behind their folder, so from the back every folder finds its children ready.
  for (Node& node : llvm::reverse(nodes)) {
    if (node.entry.content.kind != EntryKind::Directory)
      continue;
    Directory directory;
    directory.entries.reserve(node.childCount);
    for (size_t i = 0; i < node.childCount; ++i)
      directory.entries.push_back(std::move(nodes[node.firstChild + i].entry));
    auto digest = blobs.putEncoding(encodeDirectory(directory));
    if (!digest)
      return digest.takeError();
    node.entry.content.digest = *digest;
  }
  return nodes.front().entry.content;
}

llvm::Error checkStorable(llvm::StringRef path) {
  OverlayBlobs nothing(nullptr);
  Ingest ingest(nothing, path, /*consume=*/true);
  auto kind = ingest.kindAt(AT_FDCWD, path.str(), "");
  if (!kind)
    return kind.takeError();
  return *kind == EntryKind::Directory ? ingest.list() : llvm::Error::success();
}

llvm::Expected<Content> ingestPath(Blobs& blobs, llvm::StringRef path, bool consume) {
  Ingest ingest(blobs, path, consume);
  auto kind = ingest.kindAt(AT_FDCWD, path.str(), "");
  if (!kind)
    return kind.takeError();
  std::string target;
  if (*kind == EntryKind::Symlink)
    return ingest.link(AT_FDCWD, path.str(), "", target);
  if (*kind == EntryKind::Directory)
    return ingest.tree();
  auto digest = blobs.putFile(AT_FDCWD, path.str().c_str(), consume, base::printable(path));
  if (!digest)
    return digest.takeError();
  return Content{*kind, *digest};
}

} // namespace pipec::cas
