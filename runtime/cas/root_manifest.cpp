// The manifest of a root file system, version 2:
//
//   "pipec-root 2\n"
//   for each entry, sorted by path:
//     kind (`f` file, `d` folder, `l` link), mode in octal, size, time of modification in
//     nanoseconds since the epoch, each followed by a space; path, NUL; a link's target or the
//     digest of a file's content (Digest::name) or nothing, NUL
//   the SHA-256 of all that is before it, 64 hexadecimal digits
#include "runtime/cas/root_manifest.h"

#include "compiler/base/error.h"
#include "compiler/base/parallel.h"
#include "compiler/base/text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <unistd.h>

namespace pipec::cas {

static constexpr llvm::StringLiteral Magic = "pipec-root 2\n";
static constexpr size_t DigestSize = 64;

std::string encodeManifest(llvm::ArrayRef<RootEntry> entries) {
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  out << Magic;
  char mode[16];
  for (const RootEntry& entry : entries) {
    std::snprintf(mode, sizeof mode, "%o", entry.mode);
    out << static_cast<char>(entry.kind) << ' ' << mode << ' ' << entry.size << ' '
        << entry.modified << ' ' << entry.path << '\0';
    if (entry.kind == RootEntry::Kind::Link)
      out << entry.target;
    else if (entry.kind == RootEntry::Kind::File)
      out << entry.digest.name();
    out << '\0';
  }
  out.flush();
  return bytes + base::digestOf(bytes).hex();
}

static bool takeEntry(llvm::StringRef& rest, RootEntry& entry) {
  auto field = [&](char end) {
    auto [front, back] = rest.split(end);
    rest = back;
    return front;
  };
  llvm::StringRef kind = field(' '), mode = field(' '), size = field(' '), modified = field(' ');
  entry.path = field('\0').str();
  llvm::StringRef text = field('\0');
  if (kind.size() != 1 || mode.getAsInteger(8, entry.mode) || size.getAsInteger(10, entry.size) ||
      modified.getAsInteger(10, entry.modified) || entry.path.empty())
    return false;
  switch (kind.front()) {
  case 'f': {
    auto digest = base::Digest::fromName(text);
    if (!digest)
      return false;
    entry.kind = RootEntry::Kind::File;
    entry.digest = *digest;
    return true;
  }
  case 'd':
    entry.kind = RootEntry::Kind::Folder;
    return true;
  case 'l':
    entry.kind = RootEntry::Kind::Link;
    entry.target = text.str();
    return true;
  default:
    return false;
  }
}

std::optional<std::vector<RootEntry>> decodeManifest(llvm::StringRef bytes) {
  if (!bytes.starts_with(Magic) || bytes.size() < Magic.size() + DigestSize)
    return std::nullopt;
  if (base::digestOf(bytes.drop_back(DigestSize)).hex() != bytes.take_back(DigestSize))
    return std::nullopt;
  llvm::StringRef rest = bytes.drop_front(Magic.size()).drop_back(DigestSize);
  std::vector<RootEntry> entries;
  while (!rest.empty())
    if (!takeEntry(rest, entries.emplace_back()))
      return std::nullopt;
  return entries;
}

std::optional<std::vector<RootEntry>> readManifest(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status;
  std::string bytes;
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      !readAll(file.get(), static_cast<uint64_t>(status.st_size), bytes))
    return std::nullopt;
  return decodeManifest(bytes);
}

// ---- what is on the disk --------------------------------------------------------

bool describeEntry(const struct stat& status, RootEntry& entry) {
  entry.mode = status.st_mode & 07777;
  // Times are an image's; those beyond the year 2262 may wrap, as long as they differ.
  entry.modified =
      static_cast<int64_t>(static_cast<uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
                           static_cast<uint64_t>(status.st_mtim.tv_nsec));
  entry.size = S_ISDIR(status.st_mode) ? 0 : static_cast<uint64_t>(status.st_size);
  entry.kind = S_ISDIR(status.st_mode)   ? RootEntry::Kind::Folder
               : S_ISLNK(status.st_mode) ? RootEntry::Kind::Link
                                         : RootEntry::Kind::File;
  return S_ISDIR(status.st_mode) || S_ISLNK(status.st_mode) || S_ISREG(status.st_mode);
}

static llvm::Error failure(const std::string& root, const std::string& path, int reason) {
  return base::systemError("cannot read `" + base::printable(root + "/" + path) + "`", reason);
}

static llvm::Error checkFolder(const std::string& root, const FoundEntry& found) {
  if (found.entry.kind == RootEntry::Kind::Folder && (found.entry.mode & 0700) != 0700)
    return base::worldError("the folder `" + base::printable(root + "/" + found.entry.path) +
                            "` cannot be kept: its owner may not read, write and enter it");
  return llvm::Error::success();
}

/// Appends the entries of the folder `path`.
static llvm::Error listFolder(int top, const std::string& root, const std::string& path,
                              std::vector<FoundEntry>& found) {
  Descriptor folder(::openat(top, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!folder || !readNames(folder.get(), names))
    return failure(root, path, errno);
  for (const auto& [name, type] : names) {
    FoundEntry& one = found.emplace_back();
    one.entry.path = path == "." ? name : path + "/" + name;
    if (::fstatat(folder.get(), name.c_str(), &one.status, AT_SYMLINK_NOFOLLOW) != 0)
      return failure(root, one.entry.path, errno);
    if (!describeEntry(one.status, one.entry))
      return base::worldError("`" + base::printable(root + "/" + one.entry.path) +
                              "` is neither a file nor a folder nor a link");
    if (one.entry.kind == RootEntry::Kind::Link &&
        !readLink(folder.get(), name.c_str(), one.entry.target))
      return failure(root, one.entry.path, errno);
    if (llvm::Error error = checkFolder(root, one))
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<FoundEntry>> walkRoot(const std::string& root) {
  Descriptor top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  std::vector<FoundEntry> all(1);
  all[0].entry.path = ".";
  if (!top || ::fstat(top.get(), &all[0].status) != 0)
    return failure(root, ".", errno);
  describeEntry(all[0].status, all[0].entry);
  if (llvm::Error error = checkFolder(root, all[0]))
    return error;
  std::vector<std::string> level{"."};
  while (!level.empty()) {
    std::mutex mutex;
    std::vector<std::string> next;
    if (llvm::Error error = base::forEachItem(level.size(), [&](size_t index) -> llvm::Error {
          std::vector<FoundEntry> found;
          if (llvm::Error failed = listFolder(top.get(), root, level[index], found))
            return failed;
          std::lock_guard lock(mutex);
          for (FoundEntry& one : found) {
            if (one.entry.kind == RootEntry::Kind::Folder)
              next.push_back(one.entry.path);
            all.push_back(std::move(one));
          }
          return llvm::Error::success();
        }))
      return error;
    level = std::move(next);
  }
  std::sort(all.begin() + 1, all.end(),
            [](const FoundEntry& a, const FoundEntry& b) { return a.entry.path < b.entry.path; });
  return all;
}

bool isAsListed(const std::string& root, llvm::ArrayRef<RootEntry> entries) {
  Descriptor top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!top)
    return false;
  std::atomic<bool> same = true;
  llvm::cantFail(base::forEachItem(entries.size(), [&](size_t index) {
    const RootEntry& listed = entries[index];
    struct stat status;
    RootEntry now;
    if (same &&
        (::fstatat(top.get(), listed.path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
         !describeEntry(status, now) || now.kind != listed.kind || now.mode != listed.mode ||
         now.size != listed.size || now.modified != listed.modified))
      same = false;
    return llvm::Error::success();
  }));
  return same;
}

} // namespace pipec::cas
