// `files.db`: for each folder (absolute path, bytes) one blob:
//
//   checksum  8 bytes, little-endian: the low half of a checksum (fast_hash.h) of what follows
//   for each file, sorted by name:
//     2 bytes of length, name
//     device, inode, size, mtime, ctime: 8 bytes each, little-endian
//     digest: the 32 bytes of its SHA-256; its size is that of the stamp
//     hash: the FastHash of the content with the cache's secret, 16 bytes, high half first,
//           little-endian
//
// Only stamps that can be trusted are ever written. A stamp that is new makes the file be read: if
// its hash is the same, so is its content, since nobody outside of this cache knows the secret, and
// its digest need not be computed again.
#include "runtime/cache/folder_table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <algorithm>
#include <ctime>

namespace pipec::cache {

namespace endian = llvm::support::endian;

// History: version 1 is the first; 2: SHA-256, and hashes with a secret.
static constexpr db::CacheSchema Schema{
    .application = 0x70697066, // "pipf"
    .version = 2,
    .sql = "CREATE TABLE folders (path BLOB PRIMARY KEY, files BLOB NOT NULL)",
};

static int64_t nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

Stamp stampOf(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<uint64_t>(status.st_size),
          nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

int64_t stampClock() {
  // The kernel stamps files with this clock; it advances once per tick (1 to 10 ms).
  timespec now;
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return nanoseconds(now);
}

bool isTrusted(const Stamp& stamp, int64_t before) {
  // A change after the reading must get a later stamp than this one. Two things can give it the
  // same: stamps in steps (up to 10 ms, two seconds on FAT), and a write that was under way, since
  // the kernel stamps a file when a write begins and copies the bytes afterwards. With a margin of
  // 20 ms a writer that lost its processor for longer had half of its file trusted, in every third
  // run on a busy machine. Reading again what was edited in the last two seconds costs little.
  constexpr int64_t Margin = 2'100'000'000;
  return std::max(stamp.modified, stamp.changed) < before - Margin;
}

llvm::Expected<FolderTables::Statements> FolderTables::Statements::prepare(db::Database database) {
  Statements made{std::move(database), {}, {}};
  auto find = made.database.prepare("SELECT files FROM folders WHERE path = ?1");
  if (!find)
    return find.takeError();
  made.find = std::move(*find);
  auto put = made.database.prepare("INSERT OR REPLACE INTO folders VALUES (?1, ?2)");
  if (!put)
    return put.takeError();
  made.put = std::move(*put);
  return made;
}

FolderTables::FolderTables(std::string canonical, std::string file, Access access,
                           std::function<void(llvm::StringRef)> warn)
    : root(std::move(canonical)),
      statements(std::move(file), Schema, "digests of files are not kept", access,
                 std::move(warn)) {}

std::string FolderTables::encode(const Table& table) {
  std::vector<llvm::StringRef> names;
  for (const auto& row : table.rows)
    names.push_back(row.first());
  llvm::sort(names);
  std::string bytes(8, '\0');
  auto number = [&](uint64_t value, size_t size) {
    char raw[8];
    endian::write64le(raw, value);
    bytes.append(raw, size);
  };
  for (llvm::StringRef name : names) {
    const auto& [stamp, digest, hash] = table.rows.find(name)->second;
    number(name.size(), 2);
    bytes += name;
    for (uint64_t value :
         {stamp.device, stamp.inode, stamp.size, static_cast<uint64_t>(stamp.modified),
          static_cast<uint64_t>(stamp.changed)})
      number(value, 8);
    bytes.append(digest.bytes.begin(), digest.bytes.end());
    number(hash.high, 8);
    number(hash.low, 8);
  }
  endian::write64le(bytes.data(), base::checksumOf(llvm::StringRef(bytes).drop_front(8)).low);
  return bytes;
}

void FolderTables::decode(llvm::StringRef bytes, Table& table) {
  if (bytes.size() < 8 ||
      endian::read64le(bytes.data()) != base::checksumOf(bytes.drop_front(8)).low)
    return;
  bytes = bytes.drop_front(8);
  constexpr size_t HashPlace = 5 * 8 + sizeof(base::Sha256::bytes), Fixed = HashPlace + 16;
  while (bytes.size() >= 2) {
    size_t length = endian::read16le(bytes.data());
    bytes = bytes.drop_front(2);
    if (bytes.size() < length + Fixed)
      return;
    llvm::StringRef name = bytes.take_front(length);
    bytes = bytes.drop_front(length);
    auto number = [&](size_t at) { return endian::read64le(bytes.data() + at); };
    Known& row = table.rows[name];
    row.stamp = {number(0), number(8), number(16), static_cast<int64_t>(number(24)),
                 static_cast<int64_t>(number(32))};
    std::copy_n(bytes.data() + 40, row.digest.bytes.size(), row.digest.bytes.begin());
    row.hash = {number(HashPlace), number(HashPlace + 8)};
    bytes = bytes.drop_front(Fixed);
  }
}

void FolderTables::endReading() {
  if (!reading)
    return;
  llvm::Error error = reading->commit();
  reading.reset();
  if (error)
    statements.failed(std::move(error));
}

FolderTables::Table& FolderTables::load(llvm::StringRef folder) {
  auto [place, isNew] = tables.try_emplace(folder.str());
  Table& table = place->second;
  if (!isNew || !statements)
    return table;
  // One snapshot for all look-ups up to the next flush: they cost a quarter of single ones.
  if (!reading) {
    auto transaction = db::Transaction::begin(statements->database, db::TransactionKind::Read);
    if (!transaction) {
      statements.failed(transaction.takeError());
      return table;
    }
    reading.emplace(std::move(*transaction));
  }
  auto found = statements->find.first([&](const db::Row& row) { decode(row.blob(0), table); },
                                      db::Blob{keyOf(folder)});
  if (!found) {
    reading.reset();
    statements.failed(found.takeError());
  }
  return table;
}

std::optional<FolderTables::Known> FolderTables::find(llvm::StringRef folder,
                                                      llvm::StringRef name) {
  std::lock_guard lock(mutex);
  Table& table = load(folder);
  auto row = table.rows.find(name);
  return row == table.rows.end() ? std::nullopt : std::optional(row->second);
}

void FolderTables::learn(llvm::StringRef folder, llvm::StringRef name, const Known& file) {
  std::lock_guard lock(mutex);
  Table& table = load(folder);
  table.rows[name] = file;
  table.changed = true;
}

void FolderTables::prune(llvm::StringRef folder, llvm::function_ref<bool(llvm::StringRef)> exists) {
  std::lock_guard lock(mutex);
  Table& table = load(folder);
  llvm::SmallVector<llvm::StringRef> gone;
  for (const auto& row : table.rows)
    if (!exists(row.first()))
      gone.push_back(row.first());
  for (llvm::StringRef name : gone)
    table.rows.erase(name);
  table.changed |= !gone.empty();
}

llvm::Error FolderTables::write() {
  auto transaction = db::Transaction::begin(statements->database);
  if (!transaction)
    return transaction.takeError();
  for (const auto& [folder, table] : tables)
    if (table.changed)
      if (llvm::Error error =
              statements->put.execute(db::Blob{keyOf(folder)}, db::Blob{encode(table)}))
        return error;
  return transaction->commit();
}

void FolderTables::flush() {
  std::lock_guard lock(mutex);
  endReading();
  auto hasChanged = [](const auto& entry) { return entry.second.changed; };
  // Twice at most: the second time into a database made anew.
  while (statements.writable() && llvm::any_of(tables, hasChanged)) {
    if (llvm::Error error = write()) {
      statements.failed(std::move(error));
      continue;
    }
    for (auto& [folder, table] : tables)
      table.changed = false;
  }
}

} // namespace pipec::cache
