// ActionCache on SQLite.
//
// Writes are kept in memory and written by a thread of their own, a short transaction every
// FlushDelay: kill -9 loses at most that much, and no other process waits for long. The same thread
// ends the read transaction that makes a look-up four times cheaper.
#include "runtime/cache/action_cache.h"

#include "runtime/cache/cache_file.h"
#include "runtime/cache/result_codec.h"
#include "runtime/cas/collection.h"

#include "llvm/ADT/STLExtras.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace pipec::cache {

namespace {

constexpr std::chrono::milliseconds FlushDelay{200};
/// Beyond this many, waiting saves nothing more.
constexpr size_t FlushCount = 4096;

/// That a read set is used is noted once in this time, in milliseconds.
constexpr int64_t UseGranularity = 7LL * 24 * 60 * 60 * 1000;

// History: version 1 is the first; 2: read_sets, and keys of pools by what was read; 3: times, for
// collection; 4: SHA-256.
constexpr db::CacheSchema Schema{
    .application = 0x70697061, // "pipa"
    .version = 4,
    .sql = "CREATE TABLE results (key BLOB PRIMARY KEY, result BLOB NOT NULL) WITHOUT ROWID;"
           "CREATE TABLE fields (key BLOB PRIMARY KEY, fields BLOB NOT NULL, recorded INTEGER NOT"
           " NULL);"
           // `used` counts up within a key, `recorded` is a time in milliseconds; `id` is the
           // digest of `files`.
           "CREATE TABLE read_sets (key BLOB NOT NULL, id BLOB NOT NULL, used INTEGER NOT NULL,"
           " files BLOB NOT NULL, recorded INTEGER NOT NULL, PRIMARY KEY (key, id)) WITHOUT ROWID;",
};

/// The open database with its statements.
struct Tables {
  db::Database database;
  db::Statement findResult, putResult, removeResult, findFields, putFields;
  db::Statement findReadSets, putReadSet, trimReadSets, touchReadSets;

  static llvm::Expected<Tables> prepare(db::Database database);
};

llvm::Expected<Tables> Tables::prepare(db::Database database) {
  Tables tables{std::move(database), {}, {}, {}, {}, {}, {}, {}, {}, {}};
  for (auto [statement, sql] :
       {std::pair(&tables.findResult, "SELECT result FROM results WHERE key = ?1"),
        std::pair(&tables.putResult, "INSERT OR REPLACE INTO results VALUES (?1, ?2)"),
        std::pair(&tables.removeResult, "DELETE FROM results WHERE key = ?1"),
        std::pair(&tables.findFields, "SELECT fields FROM fields WHERE key = ?1"),
        std::pair(&tables.putFields, "INSERT OR REPLACE INTO fields VALUES (?1, ?2, ?3)"),
        std::pair(&tables.findReadSets,
                  "SELECT files, recorded FROM read_sets WHERE key = ?1 ORDER BY used DESC"),
        std::pair(&tables.putReadSet,
                  "INSERT OR REPLACE INTO read_sets VALUES (?1, ?2,"
                  " (SELECT COALESCE(MAX(used), 0) + 1 FROM read_sets WHERE key = ?1), ?3, ?4)"),
        std::pair(&tables.touchReadSets, "UPDATE read_sets SET recorded = ?2 WHERE key = ?1"),
        std::pair(&tables.trimReadSets,
                  "DELETE FROM read_sets WHERE key = ?1 AND id NOT IN"
                  " (SELECT id FROM read_sets WHERE key = ?1 ORDER BY used DESC LIMIT ?2)")}) {
    auto prepared = tables.database.prepare(sql);
    if (!prepared)
      return prepared.takeError();
    *statement = std::move(*prepared);
  }
  return tables;
}

class SqliteActionCache final : public ActionCache {
public:
  SqliteActionCache(std::string file, Access access, std::function<void(llvm::StringRef)> sink)
      : tables(std::move(file), Schema, "results are not kept", access, std::move(sink)) {}
  ~SqliteActionCache() override;

  llvm::Expected<std::optional<ActionResult>> lookUp(const base::Digest& key) override;
  llvm::Error store(const base::Digest& key, const ActionResult& result) override;
  llvm::Error remove(const base::Digest& key) override;
  llvm::Error storeFields(const base::Digest& key, const std::vector<base::Field>& fields) override;
  llvm::Expected<std::optional<std::vector<base::Field>>> fields(const base::Digest& key) override;
  llvm::Expected<std::vector<ReadSet>> readSets(const base::Digest& key) override;
  llvm::Error storeReadSet(const base::Digest& key, const ReadSet& files) override;
  llvm::Expected<Collected>
  collect(unsigned part, int64_t unusedBefore,
          llvm::function_ref<bool(const base::Digest&, const ActionResult&)> keep) override;
  llvm::Error each(llvm::function_ref<void(const base::Digest&, const ActionResult&)> use) override;
  llvm::Error flush() override;

private:
  // All below: with the mutex held.
  std::optional<std::string> find(db::Statement Tables::*statement, const base::Digest& key);
  /// False: not all rows could be read.
  bool findAll(db::Statement Tables::*statement, const base::Digest& key,
               llvm::function_ref<void(const db::Row&)> use);
  llvm::Expected<Collected>
  collectNow(unsigned part, int64_t unusedBefore,
             llvm::function_ref<bool(const base::Digest&, const ActionResult&)> keep);
  void write();
  llvm::Error writePending();
  void endReading();
  bool hasWork() const { return reading || (tables.writable() && pendingCount() > 0); }
  bool isUrgent() const { return tables.writable() && pendingCount() >= FlushCount; }
  size_t pendingCount() const {
    return pendingResults.size() + pendingFields.size() + pendingReadSets.size() +
           usedReadSets.size();
  }
  void ensureWriter();
  void runWriter();

  std::mutex mutex;
  CacheFile<Tables> tables;
  std::optional<db::Transaction> reading;
  /// What is not in the database yet; nullopt is a removal. Without a database: all there is.
  std::unordered_map<base::Digest, std::optional<std::string>> pendingResults;
  std::unordered_map<base::Digest, std::string> pendingFields;
  /// Encoded, the oldest first, each once, at most MaxReadSets.
  std::unordered_map<base::Digest, std::vector<std::string>> pendingReadSets;
  std::vector<base::Digest> usedReadSets; ///< keys

  std::condition_variable wake;
  std::thread writer;
  bool idle = false; ///< the writer waits for work, not for time
  bool ending = false;
};

} // namespace

SqliteActionCache::~SqliteActionCache() {
  {
    std::lock_guard lock(mutex);
    ending = true;
  }
  wake.notify_all();
  if (writer.joinable())
    writer.join();
  std::lock_guard lock(mutex);
  write();
}

void SqliteActionCache::endReading() {
  if (!reading)
    return;
  llvm::Error error = reading->commit();
  reading.reset();
  if (error)
    tables.failed(std::move(error));
}

static int64_t now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

llvm::Error SqliteActionCache::writePending() {
  auto transaction = db::Transaction::begin(tables->database);
  if (!transaction)
    return transaction.takeError();
  for (const auto& [key, result] : pendingResults)
    if (llvm::Error error = result ? tables->putResult.execute(key, db::Blob{*result})
                                   : tables->removeResult.execute(key))
      return error;
  for (const auto& [key, bytes] : pendingFields)
    if (llvm::Error error = tables->putFields.execute(key, db::Blob{bytes}, now()))
      return error;
  for (const auto& [key, sets] : pendingReadSets) {
    for (const std::string& bytes : sets)
      if (llvm::Error error =
              tables->putReadSet.execute(key, base::digestOf(bytes), db::Blob{bytes}, now()))
        return error;
    if (llvm::Error error = tables->trimReadSets.execute(key, MaxReadSets))
      return error;
  }
  for (const base::Digest& key : usedReadSets)
    if (llvm::Error error = tables->touchReadSets.execute(key, now()))
      return error;
  return transaction->commit();
}

void SqliteActionCache::write() {
  endReading();
  // Twice at most: the second time into a database made anew.
  while (tables.writable() && hasWork()) {
    if (llvm::Error error = writePending()) {
      tables.failed(std::move(error));
      continue;
    }
    pendingResults.clear();
    pendingFields.clear();
    pendingReadSets.clear();
    usedReadSets.clear();
  }
}

void SqliteActionCache::ensureWriter() {
  if (!writer.joinable())
    writer = std::thread([this] { runWriter(); });
  else if (idle || isUrgent())
    wake.notify_one();
}

void SqliteActionCache::runWriter() {
  std::unique_lock lock(mutex);
  for (;;) {
    idle = true;
    wake.wait(lock, [&] { return ending || hasWork(); });
    idle = false;
    wake.wait_for(lock, FlushDelay, [&] { return ending || isUrgent(); });
    if (ending)
      return;
    write();
  }
}

bool SqliteActionCache::findAll(db::Statement Tables::*statement, const base::Digest& key,
                                llvm::function_ref<void(const db::Row&)> use) {
  if (!tables)
    return false;
  if (!reading) {
    auto transaction = db::Transaction::begin(tables->database, db::TransactionKind::Read);
    if (!transaction) {
      tables.failed(transaction.takeError());
      return false;
    }
    reading.emplace(std::move(*transaction));
    ensureWriter();
  }
  if (llvm::Error error = ((*tables).*statement).each(use, key)) {
    reading.reset();
    tables.failed(std::move(error));
    return false;
  }
  return true;
}

std::optional<std::string> SqliteActionCache::find(db::Statement Tables::*statement,
                                                   const base::Digest& key) {
  std::optional<std::string> found;
  if (!findAll(statement, key, [&](const db::Row& row) { found = row.blob(0).str(); }))
    return std::nullopt;
  return found;
}

llvm::Expected<std::optional<ActionResult>> SqliteActionCache::lookUp(const base::Digest& key) {
  std::lock_guard lock(mutex);
  if (auto pending = pendingResults.find(key); pending != pendingResults.end())
    return pending->second ? decodeResult(key, *pending->second) : std::nullopt;
  auto bytes = find(&Tables::findResult, key);
  return bytes ? decodeResult(key, *bytes) : std::nullopt;
}

llvm::Error SqliteActionCache::store(const base::Digest& key, const ActionResult& result) {
  std::lock_guard lock(mutex);
  pendingResults[key] = encodeResult(key, result);
  if (tables.writable())
    ensureWriter();
  return llvm::Error::success();
}

llvm::Error SqliteActionCache::remove(const base::Digest& key) {
  std::lock_guard lock(mutex);
  pendingResults[key] = std::nullopt;
  if (tables.writable())
    ensureWriter();
  return llvm::Error::success();
}

llvm::Error SqliteActionCache::storeFields(const base::Digest& key,
                                           const std::vector<base::Field>& fields) {
  std::lock_guard lock(mutex);
  pendingFields[key] = encodeKeyFields(key, fields);
  if (tables.writable())
    ensureWriter();
  return llvm::Error::success();
}

llvm::Expected<std::optional<std::vector<base::Field>>>
SqliteActionCache::fields(const base::Digest& key) {
  std::lock_guard lock(mutex);
  if (auto pending = pendingFields.find(key); pending != pendingFields.end())
    return decodeKeyFields(key, pending->second);
  auto bytes = find(&Tables::findFields, key);
  return bytes ? decodeKeyFields(key, *bytes) : std::nullopt;
}

llvm::Error SqliteActionCache::storeReadSet(const base::Digest& key, const ReadSet& files) {
  std::lock_guard lock(mutex);
  std::vector<std::string>& sets = pendingReadSets[key];
  std::string bytes = encodeReadSet(key, files);
  llvm::erase(sets, bytes);
  if (sets.size() == MaxReadSets)
    sets.erase(sets.begin());
  sets.push_back(std::move(bytes));
  if (tables.writable())
    ensureWriter();
  return llvm::Error::success();
}

llvm::Expected<std::vector<ReadSet>> SqliteActionCache::readSets(const base::Digest& key) {
  std::lock_guard lock(mutex);
  std::vector<std::string> rows;
  if (auto pending = pendingReadSets.find(key); pending != pendingReadSets.end())
    rows.assign(pending->second.rbegin(), pending->second.rend());
  bool isOld = false;
  findAll(&Tables::findReadSets, key, [&](const db::Row& row) {
    isOld |= row.integer(1) < now() - UseGranularity;
    if (!llvm::is_contained(rows, row.blob(0)))
      rows.push_back(row.blob(0).str());
  });
  if (isOld && tables.writable())
    usedReadSets.push_back(key);
  rows.resize(std::min(rows.size(), MaxReadSets));
  std::vector<ReadSet> sets;
  for (const std::string& row : rows)
    if (auto files = decodeReadSet(key, row))
      sets.push_back(std::move(*files));
  return sets;
}

// ---- collection -----------------------------------------------------------------

/// The keys of a part are those from `first` on and before `end`.
static std::pair<std::string, std::string> keysOfPart(unsigned part) {
  std::string first(1, static_cast<char>(part));
  // Longer than any key: nothing comes after it.
  std::string end = part + 1 < cas::StoreParts ? std::string(1, static_cast<char>(part + 1))
                                               : std::string(17, '\xff');
  return {first, end};
}

llvm::Expected<ActionCache::Collected> SqliteActionCache::collectNow(
    unsigned part, int64_t unusedBefore,
    llvm::function_ref<bool(const base::Digest&, const ActionResult&)> keep) {
  auto [first, end] = keysOfPart(part);
  db::Blob from{first}, to{end};
  auto read =
      tables->database.prepare("SELECT key, result FROM results WHERE key >= ?1 AND key < ?2");
  if (!read)
    return read.takeError();
  Collected collected;
  std::vector<base::Digest> gone;
  auto look = [&](const db::Row& row) {
    auto key = row.digest(0);
    auto result = key ? decodeResult(*key, row.blob(1)) : std::nullopt;
    if (result && keep(*key, *result))
      ++collected.left;
    else if (key)
      gone.push_back(*key);
  };
  if (llvm::Error error = read->each(look, from, to))
    return error;
  // Read first: nobody else waits while `keep` looks at the store.
  auto transaction = db::Transaction::begin(tables->database);
  if (!transaction)
    return transaction.takeError();
  for (const base::Digest& key : gone)
    if (llvm::Error error = tables->removeResult.execute(key))
      return error;
  collected.removed = gone.size();
  for (const char* sql : {"DELETE FROM fields WHERE key >= ?1 AND key < ?2 AND recorded < ?3"
                          " AND key NOT IN (SELECT key FROM results WHERE key >= ?1 AND key < ?2)",
                          "DELETE FROM read_sets WHERE key >= ?1 AND key < ?2 AND recorded < ?3"}) {
    auto remove = tables->database.prepare(sql);
    if (!remove)
      return remove.takeError();
    if (llvm::Error error = remove->execute(from, to, unusedBefore))
      return error;
  }
  if (llvm::Error error = transaction->commit())
    return error;
  return collected;
}

llvm::Expected<ActionCache::Collected> SqliteActionCache::collect(
    unsigned part, int64_t unusedBefore,
    llvm::function_ref<bool(const base::Digest&, const ActionResult&)> keep) {
  std::lock_guard lock(mutex);
  write();
  if (!tables.writable())
    return Collected();
  auto collected = collectNow(part, unusedBefore, keep);
  if (collected)
    return collected;
  tables.failed(collected.takeError());
  return Collected();
}

llvm::Error
SqliteActionCache::each(llvm::function_ref<void(const base::Digest&, const ActionResult&)> use) {
  std::lock_guard lock(mutex);
  write();
  if (!tables)
    return llvm::Error::success();
  auto read = tables->database.prepare("SELECT key, result FROM results");
  if (!read)
    return read.takeError();
  return read->each([&](const db::Row& row) {
    auto key = row.digest(0);
    if (auto result = key ? decodeResult(*key, row.blob(1)) : std::nullopt)
      use(*key, *result);
  });
}

llvm::Expected<bool> clearDatabases(llvm::StringRef folder) {
  for (const char* name : {"/actions.db", "/actions-untrusted.db", "/files.db"}) {
    auto removed = db::removeCache((folder + name).str());
    if (!removed || !*removed)
      return removed;
  }
  return true;
}

llvm::Error SqliteActionCache::flush() {
  std::lock_guard lock(mutex);
  write();
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<ActionCache>>
openActionCache(llvm::StringRef folder, std::function<void(llvm::StringRef)> warn, Access access,
                llvm::StringRef name) {
  return std::make_unique<SqliteActionCache>((folder + "/" + name).str(), access, std::move(warn));
}

} // namespace pipec::cache
