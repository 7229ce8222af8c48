// FileDigests: named paths are found, folders listed, and what has no trusted stamp is read once,
// hashed and stored.
#include "runtime/cache/file_digests.h"

#include "compiler/base/error.h"
#include "compiler/base/parallel.h"
#include "compiler/base/text.h"
#include "runtime/cache/folder_table.h"
#include "runtime/cache/hash_secret.h"
#include "runtime/cache/repository.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"

#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <unistd.h>

namespace pipec::cache {

using cas::Content;
using cas::EntryKind;

namespace {

/// Larger files are streamed into the store.
constexpr uint64_t ReadAtOnce = 1024 * 1024;
/// A file that changes while it is read is read again, this often; then what was read counts.
constexpr unsigned Attempts = 3;

/// A time that no file has, in place of one that says nothing.
constexpr int64_t Never = std::numeric_limits<int64_t>::min();

/// What was read of a file.
struct Read {
  base::Digest digest;
  base::FastHash hash; ///< with the cache's secret
};

struct Node {
  std::string path; ///< relative to the repository, without links
  cas::TreeEntry entry;
  size_t firstChild = 0; ///< of a folder: the children stand together
  size_t childCount = 0;
  bool gone = false; ///< removed after its folder was listed
};

class LocalFileDigests final : public FileDigests {
public:
  LocalFileDigests(Repository opened, llvm::StringRef folder, cas::ContentStore& contentStore,
                   Access access, std::function<int64_t()> now,
                   std::function<void(llvm::StringRef)> warn)
      : clock(std::move(now)), repository(std::move(opened)), store(contentStore),
        secret(hashSecretOf(folder, access)),
        tables(repository.root(), (folder + "/files.db").str(), access, std::move(warn)) {}
  ~LocalFileDigests() override { tables.flush(); }

  llvm::Expected<std::optional<Content>> content(llvm::StringRef path) override;
  llvm::Expected<std::vector<std::optional<Content>>>
  contents(llvm::ArrayRef<std::string> paths) override;
  llvm::Error flush() override {
    tables.flush();
    return llvm::Error::success();
  }

private:
  llvm::Expected<std::optional<Content>> file(const std::string& path, struct stat status);
  using Known = FolderTables::Known;
  llvm::Expected<std::optional<Read>> read(const std::string& path, uint64_t size,
                                           const std::optional<Known>& known);
  llvm::Expected<Read> readNow(const std::string& absolute, uint64_t size,
                               const std::optional<Known>& known);
  llvm::Expected<bool> hasChanged(const Read& read, const std::optional<Known>& known);
  llvm::Expected<Content> folder(const std::string& path);
  llvm::Error list(std::vector<Node>& nodes, size_t index);
  llvm::Error fill(Node& node);
  llvm::Error assemble(std::vector<Node>& nodes, Node& node);

  std::function<int64_t()> clock;
  Repository repository;
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();
  cas::ContentStore& store;
  const base::HashSecret secret;
  FolderTables tables;
};

std::pair<llvm::StringRef, llvm::StringRef> splitName(llvm::StringRef path) {
  auto [folder, name] = path.rsplit('/');
  return name.empty() ? std::pair(llvm::StringRef("."), folder) : std::pair(folder, name);
}

llvm::Error notContent(llvm::StringRef path) {
  return base::usageError("`" + base::printable(path) +
                          "` is a socket, pipe or device, and cannot be an input");
}

/// The hash and the size of a file; its digest is not computed.
llvm::Expected<Read> hashOf(const std::string& path, const base::HashSecret& secret) {
  static constexpr size_t PieceSize = 256 * 1024;
  static thread_local std::unique_ptr<char[]> buffer(new char[PieceSize]);
  int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0)
    return base::systemError("cannot read `" + base::printable(path) + "`", errno);
  auto close = llvm::make_scope_exit([&] { ::close(file); });
  base::FastHasher hasher(secret);
  Read read;
  for (;;) {
    ssize_t count = ::read(file, buffer.get(), PieceSize);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return base::systemError("cannot read `" + base::printable(path) + "`", errno);
    if (count == 0)
      break;
    hasher.update({buffer.get(), static_cast<size_t>(count)});
    read.digest.size += static_cast<uint64_t>(count);
  }
  read.hash = hasher.hash();
  return read;
}

EntryKind kindOf(const struct stat& status) {
  return (status.st_mode & 0111) != 0 ? EntryKind::Executable : EntryKind::File;
}

} // namespace

/// Whether what was read is not what the file was before, or the store has lost that.
llvm::Expected<bool> LocalFileDigests::hasChanged(const Read& read,
                                                  const std::optional<Known>& known) {
  if (!known || known->hash != read.hash || known->stamp.size != read.digest.size)
    return true;
  auto there = store.contains({EntryKind::File, known->whole()});
  if (!there)
    return there.takeError();
  return !*there;
}

/// Reads `absolute`, and stores it unless it is what it was.
llvm::Expected<Read> LocalFileDigests::readNow(const std::string& absolute, uint64_t size,
                                               const std::optional<Known>& known) {
  Read now;
  if (size > ReadAtOnce && known && known->stamp.size == size) {
    // It may have been touched only. To find that out costs a tenth of storing it.
    auto hashed = hashOf(absolute, secret);
    if (!hashed)
      return hashed.takeError();
    now = std::move(*hashed);
    auto changed = hasChanged(now, known);
    if (!changed || !*changed)
      return changed ? llvm::Expected<Read>(Read{known->whole(), now.hash}) : changed.takeError();
  }
  if (size > ReadAtOnce) {
    base::FastHasher hasher(secret);
    auto digest = store.putFile(absolute, [&](llvm::StringRef piece) { hasher.update(piece); });
    if (!digest)
      return digest.takeError();
    return Read{*digest, hasher.hash()};
  }
  auto bytes = files->read(absolute);
  if (!bytes)
    return bytes.takeError();
  now = {{{}, bytes->size()}, secret.hashOf(*bytes)};
  auto changed = hasChanged(now, known);
  if (!changed)
    return changed.takeError();
  auto digest = *changed ? store.putBytes(*bytes) : known->whole();
  if (!digest)
    return digest.takeError();
  now.digest = *digest;
  return now;
}

/// nullopt: it is gone.
llvm::Expected<std::optional<Read>> LocalFileDigests::read(const std::string& path, uint64_t size,
                                                           const std::optional<Known>& known) {
  auto now = readNow(repository.absolute(path), size, known);
  if (now)
    return *now;
  auto status = repository.status(path);
  if (status && *status)
    return now.takeError();
  llvm::consumeError(now.takeError());
  if (!status)
    return status.takeError();
  return std::nullopt;
}

llvm::Expected<std::optional<Content>> LocalFileDigests::file(const std::string& path,
                                                              struct stat status) {
  auto [folderName, name] = splitName(path);
  Stamp stamp = stampOf(status);
  std::optional<Known> known = tables.find(folderName, name);
  if (known && known->stamp == stamp) {
    // The store may have lost what the table still knows.
    Content content{kindOf(status), known->whole()};
    auto there = store.contains(content);
    if (!there)
      return there.takeError();
    if (*there)
      return content;
  }
  for (unsigned attempt = 1;; ++attempt) {
    int64_t before = clock();
    auto now = read(path, stamp.size, known);
    if (!now)
      return now.takeError();
    auto after = *now ? repository.status(path) : std::optional<struct stat>();
    if (!after)
      return after.takeError();
    if (!*now || !*after)
      return std::nullopt;
    if (!S_ISREG((*after)->st_mode))
      return base::worldError("`" + base::printable(path) +
                              "` was replaced while it was read; run again");
    bool settled = stampOf(**after) == stamp;
    status = **after;
    stamp = stampOf(status);
    if (settled && (*now)->digest.size == stamp.size) {
      Known learned{stamp, (*now)->digest.hash, (*now)->hash};
      // A stamp that cannot be trusted is kept as one that no file has: the file will be read
      // again, but its hash tells then that it need not be stored again.
      if (!isTrusted(stamp, before))
        learned.stamp.changed = Never;
      tables.learn(folderName, name, learned);
    }
    if (settled || attempt == Attempts)
      return Content{kindOf(status), (*now)->digest};
  }
}

llvm::Error LocalFileDigests::list(std::vector<Node>& nodes, size_t index) {
  const std::string path = nodes[index].path;
  auto names = files->list(repository.absolute(path));
  if (!names)
    return names.takeError();
  nodes[index].firstChild = nodes.size();
  for (const base::DirectoryEntry& entry : *names) {
    if (isHidden(entry.name))
      continue;
    Node child;
    child.path = path == "." ? entry.name : path + "/" + entry.name;
    child.entry.name = entry.name;
    if (!base::isUtf8(entry.name))
      return base::usageError("the name of `" + base::printable(child.path) + "` is not UTF-8");
    switch (entry.kind) {
    case base::FileKind::Regular:
      break;
    case base::FileKind::Directory:
      child.entry.content.kind = EntryKind::Directory;
      break;
    case base::FileKind::Symlink:
      child.entry.content.kind = EntryKind::Symlink;
      break;
    case base::FileKind::Other:
      return notContent(child.path);
    }
    nodes.push_back(std::move(child));
  }
  nodes[index].childCount = nodes.size() - nodes[index].firstChild;
  return llvm::Error::success();
}

/// A file's digest or a link's target.
llvm::Error LocalFileDigests::fill(Node& node) {
  cas::TreeEntry& entry = node.entry;
  if (entry.content.kind == EntryKind::Directory)
    return llvm::Error::success();
  auto status = repository.status(node.path);
  if (!status)
    return status.takeError();
  node.gone = !*status;
  if (node.gone)
    return llvm::Error::success();
  bool isLink = entry.content.kind == EntryKind::Symlink;
  if (isLink != S_ISLNK((*status)->st_mode) || (!isLink && !S_ISREG((*status)->st_mode)))
    return base::worldError("`" + base::printable(node.path) +
                            "` was replaced while its folder was read; run again");
  if (isLink) {
    auto target = files->readLink(repository.absolute(node.path));
    if (!target)
      return target.takeError();
    entry.target = std::move(*target);
    entry.content.digest = base::digestOf(entry.target);
    return llvm::Error::success();
  }
  auto content = file(node.path, **status);
  if (!content)
    return content.takeError();
  node.gone = !*content;
  if (*content)
    entry.content = **content;
  return llvm::Error::success();
}

/// The digest of a folder whose entries are ready.
llvm::Error LocalFileDigests::assemble(std::vector<Node>& nodes, Node& node) {
  cas::Directory directory;
  for (Node& child : llvm::MutableArrayRef(nodes).slice(node.firstChild, node.childCount))
    if (!child.gone)
      directory.entries.push_back(std::move(child.entry));
  auto digest = store.putDirectory(directory);
  if (!digest)
    return digest.takeError();
  node.entry.content.digest = *digest;
  llvm::StringSet<> names;
  for (const cas::TreeEntry& entry : directory.entries)
    names.insert(entry.name);
  tables.prune(node.path, [&](llvm::StringRef name) { return names.contains(name); });
  return llvm::Error::success();
}

llvm::Expected<Content> LocalFileDigests::folder(const std::string& path) {
  std::vector<Node> nodes(1);
  nodes[0].path = path;
  nodes[0].entry.content.kind = EntryKind::Directory;
  for (size_t next = 0; next < nodes.size(); ++next)
    if (nodes[next].entry.content.kind == EntryKind::Directory)
      if (llvm::Error error = list(nodes, next))
        return error;
  if (llvm::Error error =
          base::forEachItem(nodes.size(), [&](size_t index) { return fill(nodes[index]); }))
    return error;
  // Children stand behind their folder, so from the back every folder finds its children ready.
  for (Node& node : llvm::reverse(nodes))
    if (node.entry.content.kind == EntryKind::Directory)
      if (llvm::Error error = assemble(nodes, node))
        return error;
  return nodes[0].entry.content;
}

llvm::Expected<std::optional<Content>> LocalFileDigests::content(llvm::StringRef path) {
  auto found = repository.find(path);
  if (!found)
    return found.takeError();
  if (!*found)
    return std::nullopt;
  const auto& [plain, status] = **found;
  if (S_ISREG(status.st_mode))
    return file(plain, status);
  if (!S_ISDIR(status.st_mode))
    return notContent(path);
  auto tree = folder(plain);
  if (!tree)
    return tree.takeError();
  return *tree;
}

llvm::Expected<std::vector<std::optional<Content>>>
LocalFileDigests::contents(llvm::ArrayRef<std::string> paths) {
  std::vector<std::optional<Content>> found(paths.size());
  if (llvm::Error error = base::forEachItem(paths.size(), [&](size_t index) -> llvm::Error {
        auto one = content(paths[index]);
        if (!one)
          return one.takeError();
        found[index] = *one;
        return llvm::Error::success();
      }))
    return error;
  return found;
}

llvm::Expected<std::unique_ptr<FileDigests>>
openFileDigests(llvm::StringRef root, llvm::StringRef folder, cas::ContentStore& store,
                std::function<void(llvm::StringRef)> warn, Access access,
                std::function<int64_t()> clock) {
  auto repository = Repository::open(root);
  if (!repository)
    return repository.takeError();
  if (!clock)
    clock = stampClock;
  return std::make_unique<LocalFileDigests>(std::move(*repository), folder, store, access,
                                            std::move(clock), std::move(warn));
}

} // namespace pipec::cache
