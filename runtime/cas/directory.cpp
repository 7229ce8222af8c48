// The encoding of one level of a Merkle tree.
//
//   "pipec-tree 1\n"
//   for each entry, sorted by name:
//     1 byte   kind: 'f' file, 'x' executable, 'l' symlink, 'd' directory
//     2 bytes  length of the name, little-endian
//     …        name
//     16 bytes digest, high half first, big-endian
//     of a symlink: 4 bytes length of the target, little-endian, and the target
//
// Version 1 is the first. The text at the front also keeps the bytes of ordinary files from
// reading as a directory.
#include "compiler/base/error.h"
#include "runtime/cas/content_store.h"

#include "llvm/Support/Endian.h"

#include <cassert>

namespace pipec::cas {

namespace endian = llvm::support::endian;

static constexpr llvm::StringLiteral Magic = "pipec-tree 1\n";

static char letterOf(EntryKind kind) {
  switch (kind) {
  case EntryKind::File:
    return 'f';
  case EntryKind::Executable:
    return 'x';
  case EntryKind::Symlink:
    return 'l';
  case EntryKind::Directory:
    return 'd';
  }
  llvm_unreachable("no such kind");
}

static std::optional<EntryKind> kindOf(char letter) {
  switch (letter) {
  case 'f':
    return EntryKind::File;
  case 'x':
    return EntryKind::Executable;
  case 'l':
    return EntryKind::Symlink;
  case 'd':
    return EntryKind::Directory;
  default:
    return std::nullopt;
  }
}

llvm::StringRef kindName(EntryKind kind) {
  switch (kind) {
  case EntryKind::File:
    return "file";
  case EntryKind::Executable:
    return "executable";
  case EntryKind::Symlink:
    return "symlink";
  case EntryKind::Directory:
    return "directory";
  }
  llvm_unreachable("content of no kind");
}

static bool isComponent(llvm::StringRef name) {
  return !name.empty() && name != "." && name != ".." && !name.contains('/') &&
         !name.contains('\0');
}

std::string encodeDirectory(const Directory& directory) {
  std::string bytes = Magic.str();
  llvm::StringRef previous;
  for (const TreeEntry& entry : directory.entries) {
    assert(isComponent(entry.name) && entry.name.size() <= UINT16_MAX);
    assert((previous.empty() || previous < llvm::StringRef(entry.name)) && "sorted and unique");
    previous = entry.name;
    char head[3] = {letterOf(entry.content.kind)};
    endian::write16le(head + 1, static_cast<uint16_t>(entry.name.size()));
    bytes.append(head, sizeof(head));
    bytes += entry.name;
    char digest[16];
    endian::write64be(digest, entry.content.digest.high);
    endian::write64be(digest + 8, entry.content.digest.low);
    bytes.append(digest, sizeof(digest));
    if (entry.content.kind != EntryKind::Symlink)
      continue;
    char length[4];
    endian::write32le(length, static_cast<uint32_t>(entry.target.size()));
    bytes.append(length, sizeof(length));
    bytes += entry.target;
  }
  return bytes;
}

/// Takes `size` bytes from the front of `bytes`; nullopt if there are fewer.
static std::optional<llvm::StringRef> take(llvm::StringRef& bytes, size_t size) {
  if (bytes.size() < size)
    return std::nullopt;
  llvm::StringRef front = bytes.take_front(size);
  bytes = bytes.drop_front(size);
  return front;
}

static std::optional<TreeEntry> decodeEntry(llvm::StringRef& bytes) {
  auto head = take(bytes, 3);
  if (!head)
    return std::nullopt;
  auto kind = kindOf(head->front());
  auto name = take(bytes, endian::read16le(head->data() + 1));
  auto digest = take(bytes, 16);
  if (!kind || !name || !isComponent(*name) || !digest)
    return std::nullopt;
  TreeEntry entry{name->str(),
                  {*kind, {endian::read64be(digest->data()), endian::read64be(digest->data() + 8)}},
                  ""};
  if (*kind != EntryKind::Symlink)
    return entry;
  auto length = take(bytes, 4);
  auto target = length ? take(bytes, endian::read32le(length->data())) : std::nullopt;
  if (!target || target->empty() || target->contains('\0') ||
      base::digestOf(*target) != entry.content.digest)
    return std::nullopt;
  entry.target = target->str();
  return entry;
}

llvm::Expected<Directory> decodeDirectory(llvm::StringRef bytes) {
  if (!bytes.consume_front(Magic))
    return base::worldError("not the encoding of a directory");
  Directory directory;
  while (!bytes.empty()) {
    auto entry = decodeEntry(bytes);
    if (!entry || (!directory.entries.empty() && directory.entries.back().name >= entry->name))
      return base::worldError("the encoding of a directory is malformed");
    directory.entries.push_back(std::move(*entry));
  }
  return directory;
}

} // namespace pipec::cas
