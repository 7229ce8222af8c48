// The file `keys` in the cache folder, version 1: a hash table with open addressing, mapped into
// memory, so that a build reads the parts that it asks for and no others. All numbers are 8 bytes,
// in the machine's order: the file never leaves it.
//
//   16 bytes  "pipec-keys 1\n", filled up with zeros
//   8 bytes   how many slots there are, a power of two
//   8 bytes   how many are in use, for deciding when to grow
//   slots of 64 bytes each:
//     16 bytes  hash of the fields with the cache's secret
//     32 bytes  SHA-256 of the fields
//     8 bytes   how many bytes they are
//     8 bytes   low half of the hash of the 56 bytes before, with the same secret
//
// A slot is right by its own hash, or not there: so a torn, damaged or foreign one is computed
// again, and writers need no lock. The table is never changed in size: a larger one takes its name.
#include "runtime/cache/key_memo.h"

#include "runtime/cache/hash_secret.h"
#include "runtime/folder/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>

namespace pipec::cache {

namespace {

struct Slot {
  base::FastHash hash;
  std::array<uint8_t, 32> digest;
  uint64_t size;
  uint64_t check;
};
static_assert(sizeof(Slot) == 64);

struct Header {
  char magic[16];
  uint64_t slots;
  uint64_t used;
};

constexpr char Magic[16] = "pipec-keys 1\n";
constexpr uint64_t LeastSlots = 1024;
constexpr uint64_t MostSlots = 1 << 22; // 256 MiB, for some two million keys
/// How far from its place a slot may stand.
constexpr uint64_t ProbeLength = 16;

/// The mapped file. Slots behind the header begin at the second cache line.
class Table {
public:
  Table() = default;
  Table(Table&& other) noexcept
      : memory(std::exchange(other.memory, nullptr)), bytes(other.bytes) {}
  Table& operator=(Table&& other) noexcept {
    std::swap(memory, other.memory);
    std::swap(bytes, other.bytes);
    return *this;
  }
  ~Table() {
    if (memory)
      ::munmap(memory, bytes);
  }

  explicit operator bool() const { return memory; }
  Header& header() { return *static_cast<Header*>(memory); }
  Slot* slots() { return reinterpret_cast<Slot*>(static_cast<char*>(memory) + sizeof(Slot)); }

  static size_t sizeFor(uint64_t slots) { return (slots + 1) * sizeof(Slot); }
  /// Takes the open file; an empty Table if it is no table.
  static Table map(int file, bool writable) {
    Table table;
    struct stat status;
    Header header;
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != ::geteuid() ||
        ::pread(file, &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header) ||
        std::memcmp(header.magic, Magic, sizeof Magic) != 0 || header.slots < LeastSlots ||
        header.slots > MostSlots || (header.slots & (header.slots - 1)) != 0 ||
        static_cast<uint64_t>(status.st_size) != sizeFor(header.slots))
      return table;
    void* memory = ::mmap(nullptr, sizeFor(header.slots), PROT_READ | (writable ? PROT_WRITE : 0),
                          MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) {
      table.memory = memory;
      table.bytes = sizeFor(header.slots);
    }
    return table;
  }

private:
  void* memory = nullptr;
  size_t bytes = 0;
};

class FileKeyMemo final : public KeyMemo {
public:
  FileKeyMemo(std::string file, Access access, const base::HashSecret& with)
      : path(std::move(file)), secret(with), writable(access == Access::ReadWrite) {
    if (folder::Descriptor open = folder::openFile(path, writable ? O_RDWR : O_RDONLY))
      table = Table::map(open.get(), writable);
  }
  ~FileKeyMemo() override { flush(); }

  base::Digest digestOf(llvm::StringRef fields) override;
  void flush() override;

private:
  uint64_t checkOf(const Slot& slot) const {
    return secret.hashOf({reinterpret_cast<const char*>(&slot), offsetof(Slot, check)}).low;
  }
  /// Null: not there.
  const Slot* find(const base::FastHash& hash);
  /// False: its place is full, and something that is there went.
  static bool insert(Table& table, const Slot& slot);
  /// A table of `slots` with all that is known, in the place of the old one.
  void grow(uint64_t slots);

  const std::string path;
  const base::HashSecret secret;
  const bool writable;
  std::mutex mutex;
  Table table;
  std::unordered_map<base::FastHash, Slot> learned;
};

} // namespace

const Slot* FileKeyMemo::find(const base::FastHash& hash) {
  if (!table)
    return nullptr;
  uint64_t mask = table.header().slots - 1;
  for (uint64_t i = 0; i < ProbeLength; ++i) {
    const Slot& slot = table.slots()[(hash.low + i) & mask];
    if (slot.hash == hash)
      return &slot;
    if (slot.hash == base::FastHash())
      return nullptr;
  }
  return nullptr;
}

base::Digest FileKeyMemo::digestOf(llvm::StringRef fields) {
  base::FastHash hash = secret.hashOf(fields);
  Slot slot;
  {
    std::lock_guard lock(mutex);
    const Slot* known = find(hash);
    auto added = known ? learned.end() : learned.find(hash);
    if (known)
      slot = *known;
    else if (added != learned.end())
      slot = added->second;
    else
      slot = Slot{};
  }
  base::Digest digest;
  // Another process may have been writing it: the copy is what is checked.
  if (slot.hash == hash && slot.size == fields.size() && slot.check == checkOf(slot)) {
    digest.hash.bytes = slot.digest;
    digest.size = slot.size;
    return digest;
  }
  digest = base::digestOf(fields);
  slot = {hash, digest.hash.bytes, digest.size, 0};
  slot.check = checkOf(slot);
  std::lock_guard lock(mutex);
  learned[hash] = slot;
  return digest;
}

bool FileKeyMemo::insert(Table& table, const Slot& slot) {
  uint64_t mask = table.header().slots - 1;
  for (uint64_t i = 0; i < ProbeLength; ++i) {
    Slot& place = table.slots()[(slot.hash.low + i) & mask];
    bool isNew = place.hash == base::FastHash();
    if (!isNew && place.hash != slot.hash)
      continue;
    table.header().used += isNew;
    place = slot;
    return true;
  }
  table.slots()[(slot.hash.low + slot.hash.high % ProbeLength) & mask] = slot;
  return false;
}

void FileKeyMemo::grow(uint64_t slots) {
  std::string temporary = path + "." + std::to_string(::getpid());
  folder::unlinkFile(temporary);
  folder::Descriptor file = folder::openFile(temporary, O_RDWR | O_CREAT | O_EXCL);
  if (!file)
    return;
  Header header{{}, slots, 0};
  std::memcpy(header.magic, Magic, sizeof Magic);
  Table larger;
  // All of it is allocated now: a full disk must not show as a signal later.
  if (::posix_fallocate(file.get(), 0, static_cast<off_t>(Table::sizeFor(slots))) == 0 &&
      ::pwrite(file.get(), &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header))
    larger = Table::map(file.get(), true);
  if (larger && table)
    for (uint64_t i = 0; i < table.header().slots; ++i)
      if (Slot slot = table.slots()[i]; slot.size != 0 && slot.check == checkOf(slot))
        insert(larger, slot);
  if (larger && folder::rename(temporary, path))
    table = std::move(larger);
  else
    folder::unlinkFile(temporary);
}

void FileKeyMemo::flush() {
  std::lock_guard lock(mutex);
  if (!writable || learned.empty())
    return;
  uint64_t slots = table ? table.header().slots : 0;
  uint64_t wanted = (table ? table.header().used : 0) + learned.size();
  uint64_t larger = std::max(slots, LeastSlots);
  while (larger < MostSlots && wanted > larger / 2)
    larger *= 2;
  if (larger != slots)
    grow(larger);
  if (!table)
    return;
  for (const auto& [hash, slot] : learned)
    insert(table, slot);
  learned.clear();
}

std::unique_ptr<KeyMemo> openKeyMemo(llvm::StringRef folder, Access access,
                                     const base::HashSecret& secret) {
  return std::make_unique<FileKeyMemo>(folder.str() + "/keys", access, secret);
}

std::unique_ptr<KeyMemo> openKeyMemo(llvm::StringRef folder, Access access) {
  return openKeyMemo(folder, access, hashSecretOf(folder, access));
}

} // namespace pipec::cache
