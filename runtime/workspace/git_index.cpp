// Reading git's index.
#include "runtime/workspace/git_index.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace pipec::workspace {

namespace path = llvm::sys::path;
namespace endian = llvm::support::endian;

// ---- the format ----------------------------------------------------------------

namespace {

/// Walks an index whose object names have `hashSize` bytes.
class IndexReader {
public:
  IndexReader(llvm::StringRef all, size_t size, llvm::StringRef wanted)
      : bytes(all), hashSize(size), prefix(wanted) {}

  std::optional<IndexContent> read();

private:
  /// The fixed part in front of an entry's path: times, numbers, mode, sizes.
  static constexpr size_t StatusSize = 40;

  bool entry(unsigned version);
  bool path(unsigned version, size_t start, size_t nameSize);
  bool extensions();
  bool has(size_t count) const { return bytes.size() - at >= count; }

  llvm::StringRef bytes;
  size_t hashSize;
  llvm::StringRef prefix;
  size_t at = 0;
  std::string name; ///< of the last entry
  IndexContent content;
};

} // namespace

/// The path at `at` into `name`, and past it. False: it is not one.
bool IndexReader::path(unsigned version, size_t start, size_t nameSize) {
  size_t kept = 0;
  if (version == 4) {
    // As many bytes of the path before as are left when this number of them is cut off.
    uint64_t cut = 0;
    for (bool isFirst = true;; isFirst = false) {
      if (!has(1) || cut > name.size())
        return false;
      auto byte = static_cast<unsigned char>(bytes[at++]);
      cut = isFirst ? byte & 127 : ((cut + 1) << 7) | (byte & 127);
      if (!(byte & 128))
        break;
    }
    if (cut > name.size())
      return false;
    kept = name.size() - cut;
  }
  size_t end = bytes.find('\0', at);
  if (end == llvm::StringRef::npos)
    return false;
  name.resize(kept);
  name += bytes.slice(at, end);
  // Longer names have this number.
  static constexpr size_t Longest = 0xfff;
  if (nameSize != std::min(name.size(), Longest))
    return false;
  at = end + 1;
  if (version != 4)
    at = start + (end - start + 8) / 8 * 8; // padded with at least one NUL
  return at <= bytes.size();
}

bool IndexReader::entry(unsigned version) {
  size_t start = at;
  if (!has(StatusSize + hashSize + 2))
    return false;
  at += StatusSize + hashSize;
  uint16_t flags = endian::read16be(bytes.data() + at);
  at += 2;
  static constexpr uint16_t Extended = 0x4000;
  if (flags & Extended) {
    if (version < 3 || !has(2))
      return false;
    at += 2;
  }
  if (!path(version, start, flags & 0xfff))
    return false;
  if (llvm::StringRef(name).starts_with(prefix))
    content.paths.push_back(name);
  return true;
}

bool IndexReader::extensions() {
  while (has(8 + hashSize)) {
    llvm::StringRef signature = bytes.substr(at, 4);
    uint32_t size = endian::read32be(bytes.data() + at + 4);
    at += 8;
    if (!has(size))
      return false;
    if (signature == "link") {
      if (size < hashSize)
        return false;
      content.shared = llvm::toHex(bytes.substr(at, hashSize), /*LowerCase=*/true);
    } else if (!llvm::isUpper(signature[0])) {
      // One that must be understood; `sdir` only says that there are entries for whole folders.
      if (signature != "sdir")
        return false;
    }
    at += size;
  }
  return bytes.size() - at == hashSize;
}

std::optional<IndexContent> IndexReader::read() {
  if (!has(12) || !bytes.starts_with("DIRC"))
    return std::nullopt;
  uint32_t version = endian::read32be(bytes.data() + 4);
  uint32_t count = endian::read32be(bytes.data() + 8);
  if (version < 2 || version > 4)
    return std::nullopt;
  at = 12;
  for (uint32_t i = 0; i < count; ++i)
    if (!entry(version))
      return std::nullopt;
  if (!extensions())
    return std::nullopt;
  return std::move(content);
}

std::optional<IndexContent> parseGitIndex(llvm::StringRef bytes, llvm::StringRef prefix) {
  // The index does not say how long its object names are.
  for (size_t hashSize : {20, 32})
    if (auto content = IndexReader(bytes, hashSize, prefix).read())
      return content;
  return std::nullopt;
}

// ---- finding it ----------------------------------------------------------------

/// The bytes of a regular file: nobody waits for the other end of a pipe. Null: there are none.
static std::unique_ptr<llvm::MemoryBuffer> bytesOf(const std::string& file) {
  auto status = base::makeRealFileSystem()->status(file);
  if (!status || !*status || (*status)->kind != base::FileKind::Regular) {
    llvm::consumeError(status.takeError());
    return nullptr;
  }
  auto bytes = llvm::MemoryBuffer::getFile(file, /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  return bytes ? std::move(*bytes) : nullptr;
}

/// The folder that the file `.git` of a second work tree or of a submodule names.
static std::optional<std::string> linkedFolder(const std::string& file) {
  auto content = bytesOf(file);
  if (!content)
    return std::nullopt;
  llvm::StringRef named = content->getBuffer();
  if (!named.consume_front("gitdir: "))
    return std::nullopt;
  llvm::SmallString<256> folder;
  if (!path::is_absolute(named))
    folder = path::parent_path(file);
  path::append(folder, named.rtrim("\r\n"));
  return folder.str().str();
}

std::optional<GitIndex> findGitIndex(llvm::StringRef folder) {
  auto files = base::makeRealFileSystem();
  for (llvm::StringRef top = folder; !top.empty(); top = path::parent_path(top)) {
    llvm::SmallString<256> place(top);
    path::append(place, ".git");
    auto found = files->status(place);
    if (!found || !*found) {
      llvm::consumeError(found.takeError());
      continue;
    }
    std::string git = place.str().str();
    if ((*found)->kind != base::FileKind::Directory)
      git = linkedFolder(git).value_or(git);
    GitIndex index;
    index.path = git + "/index";
    llvm::StringRef below = folder.drop_front(top.size()).ltrim('/');
    index.prefix = below.empty() ? "" : below.str() + "/";
    auto status = files->status(index.path);
    if (status && *status)
      index.stamp = std::to_string((*status)->modified) + "." + std::to_string((*status)->changed) +
                    "." + std::to_string((*status)->size) + "." + std::to_string((*status)->inode);
    else
      llvm::consumeError(status.takeError());
    return index;
  }
  return std::nullopt;
}

/// What the index at `file` has below `prefix` goes into `paths`; returns the shared index.
static llvm::Expected<std::string> readIndex(const std::string& file, llvm::StringRef prefix,
                                             std::vector<std::string>& paths) {
  auto bytes = bytesOf(file);
  auto content = bytes ? parseGitIndex(bytes->getBuffer(), prefix) : std::nullopt;
  if (!content)
    return base::worldError("`" + file + "` is no index of git that pipec can read");
  paths.insert(paths.end(), content->paths.begin(), content->paths.end());
  return content->shared;
}

llvm::Expected<std::set<std::string>> trackedBelow(const GitIndex& index,
                                                   llvm::StringRef directory) {
  std::set<std::string> names;
  if (index.stamp.empty())
    return names;
  std::string prefix = index.prefix + directory.str();
  std::vector<std::string> paths;
  auto shared = readIndex(index.path, prefix, paths);
  if (!shared)
    return shared.takeError();
  if (shared->find_first_not_of('0') != std::string::npos) {
    std::string base = path::parent_path(index.path).str() + "/sharedindex." + *shared;
    auto more = readIndex(base, prefix, paths);
    if (!more)
      return more.takeError();
  }
  for (llvm::StringRef path : paths) {
    llvm::StringRef below = path.drop_front(prefix.size());
    if (below.empty() || below == "/")
      names.insert("");
    else if (below.consume_front("/"))
      names.insert(below.split('/').first.str());
  }
  return names;
}

bool isTracked(llvm::StringRef root, llvm::StringRef directory, llvm::StringRef name) {
  auto index = findGitIndex(root);
  if (!index)
    return false;
  auto tracked = trackedBelow(*index, directory);
  if (tracked)
    return tracked->count(name.str()) || tracked->count("");
  llvm::consumeError(tracked.takeError());
  return true;
}

} // namespace pipec::workspace
