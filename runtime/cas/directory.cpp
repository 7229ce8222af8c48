// The encoding of one level of a Merkle tree: a `Directory` message of the Remote Execution API,
// version 2.12 (https://github.com/bazelbuild/remote-apis, remote_execution.proto), in the
// canonical form that it asks for, so that a remote cache has a tree under the same digest:
//
//   message Directory     { repeated FileNode files = 1; repeated DirectoryNode directories = 2;
//                           repeated SymlinkNode symlinks = 3; }
//   message FileNode      { string name = 1; Digest digest = 2; bool is_executable = 4; }
//   message DirectoryNode { string name = 1; Digest digest = 2; }
//   message SymlinkNode   { string name = 1; string target = 2; }
//   message Digest        { string hash = 1; int64 size_bytes = 2; }
//
// Fields stand in the order of their numbers, those with their default value not at all; each list
// is sorted by name, and no name is in two of them. The wire format is that of Protocol Buffers
// (https://protobuf.dev/programming-guides/encoding). The three lists are one here, sorted by name.
#include "compiler/base/error.h"
#include "runtime/cas/content_store.h"

#include <algorithm>
#include <cassert>

namespace pipec::cas {

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

// ---- writing --------------------------------------------------------------------

namespace {
enum Field : uint64_t {
  // of Directory
  Files = 1,
  Directories = 2,
  Symlinks = 3,
  // of the nodes
  Name = 1,
  NodeDigest = 2,
  Target = 2,
  IsExecutable = 4,
  // of Digest
  Hash = 1,
  SizeBytes = 2,
};
enum WireType : uint64_t { Varint = 0, Bytes = 2 };
} // namespace

static void putVarint(std::string& bytes, uint64_t number) {
  while (number >= 0x80) {
    bytes += static_cast<char>(number | 0x80);
    number >>= 7;
  }
  bytes += static_cast<char>(number);
}

static void putNumber(std::string& bytes, Field field, uint64_t number) {
  if (number == 0)
    return;
  putVarint(bytes, field << 3 | Varint);
  putVarint(bytes, number);
}

static void putBytes(std::string& bytes, Field field, llvm::StringRef value) {
  putVarint(bytes, field << 3 | Bytes);
  putVarint(bytes, value.size());
  bytes.append(value.data(), value.size());
}

static Field listOf(EntryKind kind) {
  switch (kind) {
  case EntryKind::File:
  case EntryKind::Executable:
    return Files;
  case EntryKind::Directory:
    return Directories;
  case EntryKind::Symlink:
    return Symlinks;
  }
  llvm_unreachable("an entry of no kind");
}

static void putEntry(std::string& bytes, const TreeEntry& entry, std::string& node,
                     std::string& digest) {
  node.clear();
  putBytes(node, Name, entry.name);
  if (entry.content.kind == EntryKind::Symlink) {
    putBytes(node, Target, entry.target);
  } else {
    digest.clear();
    putBytes(digest, Hash, entry.content.digest.hex());
    putNumber(digest, SizeBytes, entry.content.digest.size);
    putBytes(node, NodeDigest, digest);
    putNumber(node, IsExecutable, entry.content.kind == EntryKind::Executable);
  }
  putBytes(bytes, listOf(entry.content.kind), node);
}

std::string encodeDirectory(const Directory& directory) {
  std::string bytes, node, digest;
  for (Field list : {Files, Directories, Symlinks}) {
    llvm::StringRef previous;
    for (const TreeEntry& entry : directory.entries) {
      assert(isComponent(entry.name));
      assert((previous.empty() || previous < llvm::StringRef(entry.name)) && "sorted and unique");
      previous = entry.name;
      if (listOf(entry.content.kind) == list)
        putEntry(bytes, entry, node, digest);
    }
  }
  return bytes;
}

// ---- reading --------------------------------------------------------------------

namespace {

/// Reads the fields of one message; what is malformed ends it and is `failed`.
class MessageReader {
public:
  explicit MessageReader(llvm::StringRef message) : rest(message) {}

  bool atEnd() const { return rest.empty() || failed; }
  /// The next field; of `value` that is set which its wire type has.
  struct Value {
    uint64_t field = 0;
    uint64_t wireType = Varint;
    uint64_t number = 0;
    llvm::StringRef bytes;
  };
  Value next() {
    uint64_t tag = varint();
    Value value{tag >> 3, tag & 7, 0, {}};
    if (value.wireType == Varint) {
      value.number = varint();
    } else if (value.wireType == Bytes) {
      uint64_t size = varint();
      failed |= size > rest.size();
      value.bytes = rest.take_front(size);
      rest = rest.drop_front(value.bytes.size());
    } else {
      failed = true; // no message here has another type
    }
    return value;
  }
  bool failed = false;

private:
  uint64_t varint() {
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
      auto byte = static_cast<unsigned char>(rest.front());
      rest = rest.drop_front();
      number |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80)
        return number;
    }
    failed = true;
    return 0;
  }

  llvm::StringRef rest;
};

} // namespace

static std::optional<base::Digest> decodeDigest(llvm::StringRef message) {
  std::optional<base::Sha256> hash;
  uint64_t size = 0;
  MessageReader reader(message);
  while (!reader.atEnd()) {
    MessageReader::Value value = reader.next();
    if (value.field == Hash)
      hash = base::Sha256::fromHex(value.bytes);
    else if (value.field == SizeBytes)
      size = value.number;
  }
  if (reader.failed || !hash || size > INT64_MAX)
    return std::nullopt;
  return base::Digest(*hash, size);
}

static std::optional<TreeEntry> decodeEntry(uint64_t list, llvm::StringRef message) {
  TreeEntry entry;
  std::optional<base::Digest> digest;
  entry.content.kind = list == Files         ? EntryKind::File
                       : list == Directories ? EntryKind::Directory
                                             : EntryKind::Symlink;
  MessageReader reader(message);
  while (!reader.atEnd()) {
    MessageReader::Value value = reader.next();
    if (value.field == Name)
      entry.name = value.bytes.str();
    else if (value.field == Target && list == Symlinks)
      entry.target = value.bytes.str();
    else if (value.field == NodeDigest)
      digest = decodeDigest(value.bytes);
    else if (value.field == IsExecutable && list == Files && value.number)
      entry.content.kind = EntryKind::Executable;
  }
  if (list == Symlinks && !entry.target.empty() && !llvm::StringRef(entry.target).contains('\0'))
    digest = base::digestOf(entry.target);
  if (reader.failed || !isComponent(entry.name) || !digest)
    return std::nullopt;
  entry.content.digest = *digest;
  return entry;
}

static std::optional<Directory> decodeEntries(llvm::StringRef bytes) {
  Directory directory;
  std::vector<size_t> begins; // of the lists after the first
  uint64_t list = Files;
  MessageReader reader(bytes);
  while (!reader.atEnd()) {
    MessageReader::Value value = reader.next();
    auto entry = value.field >= Files && value.field <= Symlinks && value.wireType == Bytes
                     ? decodeEntry(value.field, value.bytes)
                     : std::nullopt;
    if (!entry || value.field < list)
      return std::nullopt;
    for (; list < value.field; ++list)
      begins.push_back(directory.entries.size());
    directory.entries.push_back(std::move(*entry));
  }
  auto byName = [](const TreeEntry& a, const TreeEntry& b) { return a.name < b.name; };
  for (size_t i = 0; i < begins.size(); ++i)
    std::inplace_merge(
        directory.entries.begin(), directory.entries.begin() + static_cast<ptrdiff_t>(begins[i]),
        i + 1 < begins.size() ? directory.entries.begin() + static_cast<ptrdiff_t>(begins[i + 1])
                              : directory.entries.end(),
        byName);
  for (size_t i = 1; i < directory.entries.size(); ++i)
    if (directory.entries[i - 1].name >= directory.entries[i].name)
      return std::nullopt;
  return reader.failed ? std::nullopt : std::optional(std::move(directory));
}

llvm::Expected<Directory> decodeDirectory(llvm::StringRef bytes) {
  auto directory = decodeEntries(bytes);
  // Whatever is not canonical would be another name for the same tree.
  if (!directory || encodeDirectory(*directory) != bytes)
    return base::worldError("the encoding of a directory is malformed");
  return std::move(*directory);
}

} // namespace pipec::cas
