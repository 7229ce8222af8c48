// Sharing by links, one file at a time.
#include "runtime/cas/root_pool.h"

#include "compiler/base/file_system.h"
#include "runtime/cas/content_store.h"
#include "runtime/cas/names.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cas {

base::Sha256 PoolName::hashFor(const RootEntry& file) {
  return base::digestOf("pipec-root-file 2\n" + file.digest.name() + " " +
                        std::to_string(file.mode) + " " + std::to_string(file.modified))
      .hash;
}

std::string PoolName::text() const {
  return blobName(hash) + (number ? "." + std::to_string(number) : "");
}

std::optional<PoolName> PoolName::parse(unsigned part, llvm::StringRef name) {
  auto hash = name.size() >= NameDigits ? hashOfName(part, name) : std::nullopt;
  if (!hash)
    return std::nullopt;
  PoolName parsed{*hash, 0};
  llvm::StringRef rest = name.drop_front(NameDigits);
  if (!rest.empty() && (!rest.consume_front(".") || rest.getAsInteger(10, parsed.number)))
    return std::nullopt;
  if ((partName(part) + "/" + name).str() != parsed.text())
    return std::nullopt;
  return parsed;
}

bool isShareable(const RootEntry& file) {
  return file.kind == RootEntry::Kind::File && file.size > 0 && (file.mode & 0400);
}

llvm::Error RootPool::open() {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return unusableStore("cannot write to the store: cannot make `" + folder + "`", errno);
  pool = Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!pool)
    return unusableStore("cannot write to the store: cannot open `" + folder + "`", errno);
  return llvm::Error::success();
}

static Descriptor openFile(int parent, const std::string& name) {
  return Descriptor(::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

/// Whether the file `name` in `parent` is like `own`, which is `ownName` in `root`. The bytes are
/// compared: an image's author chooses them, and might choose some that have another's digest.
static bool isLike(int parent, const std::string& name, int root, const FoundEntry& own) {
  struct stat status;
  if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      status.st_mode != own.status.st_mode || status.st_size != own.status.st_size ||
      status.st_uid != own.status.st_uid || status.st_gid != own.status.st_gid ||
      status.st_mtim.tv_sec != own.status.st_mtim.tv_sec ||
      status.st_mtim.tv_nsec != own.status.st_mtim.tv_nsec)
    return false;
  static thread_local std::unique_ptr<char[]> buffers(new char[2 * BufferSize]);
  char *first = buffers.get(), *second = first + BufferSize;
  Descriptor one = openFile(parent, name), other = openFile(root, own.entry.path);
  if (!one || !other)
    return false;
  for (;;) {
    ssize_t count = readSome(one.get(), first, BufferSize);
    if (count != readSome(other.get(), second, BufferSize) || count < 0 ||
        std::memcmp(first, second, static_cast<size_t>(count)) != 0)
      return false;
    if (count == 0)
      return true;
  }
}

RootPool::Outcome RootPool::take(int root, llvm::ArrayRef<const FoundEntry*> names,
                                 const std::string& name, int scratch) {
  // All names or none: the file has no others. A link that is made first stays the file that is
  // compared, whatever happens to the name in the pool.
  std::vector<std::string> links;
  auto remove = llvm::make_scope_exit([&] {
    for (const std::string& link : links)
      ::unlinkat(scratch, link.c_str(), 0);
  });
  for (size_t i = 0; i < names.size(); ++i) {
    std::string link = newName();
    int made = i == 0 ? ::linkat(pool.get(), name.c_str(), scratch, link.c_str(), 0)
                      : ::linkat(scratch, links[0].c_str(), scratch, link.c_str(), 0);
    if (made != 0)
      return i == 0 && errno == ENOENT ? Outcome::Again : Outcome::Own;
    links.push_back(std::move(link));
  }
  if (!isLike(scratch, links[0], root, *names[0])) {
    // Somebody has changed it: from now on this one is the pool's.
    std::string own = newName();
    if (::linkat(root, names[0]->entry.path.c_str(), scratch, own.c_str(), 0) == 0 &&
        ::renameat(scratch, own.c_str(), pool.get(), name.c_str()) != 0)
      ::unlinkat(scratch, own.c_str(), 0);
    return Outcome::Own;
  }
  for (size_t i = 0; i < names.size(); ++i)
    if (::renameat(scratch, links[i].c_str(), root, names[i]->entry.path.c_str()) != 0)
      return i == 0 ? Outcome::Own : Outcome::Taken;
  return Outcome::Taken;
}

bool RootPool::share(int root, llvm::ArrayRef<const FoundEntry*> names, const PoolName& name,
                     int scratch) {
  std::string text = name.text();
  static constexpr int Attempts = 4;
  for (int attempt = 0; attempt < Attempts; ++attempt) {
    if (::linkat(root, names[0]->entry.path.c_str(), pool.get(), text.c_str(), 0) == 0)
      return false;
    if (errno == ENOENT) {
      ::mkdirat(pool.get(), text.substr(0, 2).c_str(), 0700);
      continue;
    }
    if (errno != EEXIST)
      return false;
    Outcome outcome = take(root, names, text, scratch);
    if (outcome != Outcome::Again)
      return outcome == Outcome::Taken;
  }
  return false;
}

} // namespace pipec::cas
