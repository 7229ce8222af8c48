// SQLite as RAII: Database, Statement, Row, Transaction, and the two ways of opening a file with a
// schema version: caches are discarded on a mismatch, state is migrated.
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

struct sqlite3_stmt;

namespace pipec::db {

struct Connection;
struct CacheSchema;

/// Bytes that are bound as a BLOB; a plain string is bound as TEXT.
struct Blob {
  llvm::StringRef bytes;
};

/// The current row of a statement. What it returns points into SQLite's memory and ends with the
/// row; columns count from 0. A column of another type is converted as SQLite converts it; NULL is
/// 0 or empty.
class Row {
public:
  explicit Row(sqlite3_stmt* handle) : statement(handle) {}

  bool isNull(int column) const;
  int64_t integer(int column) const;
  bool boolean(int column) const { return integer(column) != 0; }
  llvm::StringRef text(int column) const;
  llvm::StringRef blob(int column) const;
  /// A digest as `Statement` binds it; nullopt for anything else.
  std::optional<base::Digest> digest(int column) const;

private:
  sqlite3_stmt* statement;
};

/// A prepared statement: `insert.execute(key, name, Blob{bytes})`. Its values are bound to `?1`,
/// `?2`, … in order: integers, bool, text (`llvm::StringRef`), `Blob`, `base::Digest` (its
/// `bytes()`), `std::nullopt` (NULL) and `std::optional` of these. Reusable; between two calls
/// nothing stays open. Belongs to one thread at a time, like its Database, which it may outlive.
class Statement {
public:
  /// Runs to the end; rows are ignored.
  template <class... Values> llvm::Error execute(const Values&... values) {
    return each([](const Row&) {}, values...);
  }
  /// Calls `use` for every row.
  template <class... Values>
  llvm::Error each(llvm::function_ref<void(const Row&)> use, const Values&... values) {
    bindAll(values...);
    return run(use);
  }
  /// Calls `use` for the first row only. False: there is none.
  template <class... Values>
  llvm::Expected<bool> first(llvm::function_ref<void(const Row&)> use, const Values&... values) {
    bindAll(values...);
    return runFirst(use);
  }

private:
  friend class Database;
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };

  template <class... Values> void bindAll(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    checkCount(index);
  }
  void bind(int index, int64_t value);
  template <std::integral Integer> void bind(int index, Integer value) {
    bind(index, static_cast<int64_t>(value));
  }
  void bind(int index, llvm::StringRef text);
  void bind(int index, const char* text) { bind(index, llvm::StringRef(text)); }
  void bind(int index, const std::string& text) { bind(index, llvm::StringRef(text)); }
  void bind(int index, Blob blob);
  void bind(int index, const base::Digest& digest);
  void bind(int index, std::nullopt_t);
  template <class Value> void bind(int index, const std::optional<Value>& value) {
    if (value)
      bind(index, *value);
    else
      bind(index, std::nullopt);
  }
  void checkCount(int count) const;
  llvm::Error arrive();
  llvm::Error run(llvm::function_ref<void(const Row&)> use);
  llvm::Expected<bool> runFirst(llvm::function_ref<void(const Row&)> use);

  std::shared_ptr<Connection> connection; // declared first: closed after the statement is finalised
  std::unique_ptr<sqlite3_stmt, Finalise> handle;
};

/// Where Database::intercept steps in.
enum class Moment : uint8_t {
  Query,     ///< before a statement outside transactions
  Begin,     ///< before a transaction
  Commit,    ///< before what a transaction has done becomes durable
  Committed, ///< after that
};

/// One connection, for one thread at a time. Every error is a `base::Error` of the world that names
/// the file. A lock of another process is waited for as long as the opening said.
class Database {
public:
  llvm::Expected<Statement> prepare(llvm::StringRef sql);
  /// One or more statements without values.
  llvm::Error execute(llvm::StringRef sql);

  const std::string& path() const;
  /// The rowid of the last INSERT on this connection.
  int64_t lastInsertId() const;
  /// How many rows the last INSERT, UPDATE or DELETE touched.
  int64_t changes() const;
  /// Whether any call on this connection found the file damaged; `reopenCache` repairs a cache.
  bool damaged() const;

  /// For tests: `use` is called at each of these moments, and an error of it is what the call that
  /// came to it ends with, as if the process had died there: what was not committed is undone.
  void intercept(std::function<llvm::Error(Moment)> use);
  /// For tests: how many hundred thousand steps a statement may take before it ends with an error.
  void boundQuestions(uint64_t most);

  /// For the functions below, which open.
  explicit Database(std::shared_ptr<Connection> open) : connection(std::move(open)) {}
  Database(Database&&) = default;
  Database& operator=(Database&&) = default;

private:
  friend class Transaction;
  friend llvm::Expected<Database> reopenCache(Database, const CacheSchema&,
                                              llvm::function_ref<void(llvm::StringRef)>);

  std::shared_ptr<Connection> connection;
};

enum class TransactionKind : uint8_t {
  Write, ///< takes the write lock at once (BEGIN IMMEDIATE), so that no later step can be too late
  Read,  ///< one snapshot for several queries
};

/// Rolled back unless committed. Transactions do not nest.
class Transaction {
public:
  static llvm::Expected<Transaction> begin(Database& database,
                                           TransactionKind kind = TransactionKind::Write);
  Transaction(Transaction&&) = default;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// On failure everything since `begin` is undone.
  llvm::Error commit();

private:
  explicit Transaction(std::shared_ptr<Connection> open) : connection(std::move(open)) {}

  std::shared_ptr<Connection> connection; ///< null once committed or moved from
};

/// Caches: WAL, `synchronous=NORMAL` (a power cut may lose the last commits and never breaks the
/// file).
struct CacheSchema {
  /// PRAGMA application_id: which kind of file this is.
  uint32_t application = 0;
  /// PRAGMA user_version: counted up at every change of `sql` or of what the columns mean. From 1.
  uint32_t version = 1;
  /// Makes the tables of an empty file.
  llvm::StringRef sql;
  std::chrono::milliseconds busyTimeout{5000};
};

/// Opens the cache at `path` (its folder is made). A file of another version or kind, one that has
/// any other table, index, trigger or view than `sql` makes, a damaged, cut or garbage one is
/// removed and made anew, and `warn` gets one sentence about it; a file that another process has
/// open is never removed under it (`path` + ".lock" tells). An error: it can be neither opened nor
/// made (read-only folder, full disk, in use with another version).
llvm::Expected<Database> openCache(llvm::StringRef path, const CacheSchema& schema,
                                   llvm::function_ref<void(llvm::StringRef)> warn);

/// The same after a call on `broken` found the file damaged: it is made anew, unless another
/// process has done so meanwhile. All statements of `broken` must be gone.
llvm::Expected<Database> reopenCache(Database broken, const CacheSchema& schema,
                                     llvm::function_ref<void(llvm::StringRef)> warn);

/// Removes the cache at `path` with all that belongs to it. False: another process has it open, and
/// it stays.
llvm::Expected<bool> removeCache(llvm::StringRef path);

/// For dry runs: makes and changes nothing. nullopt: there is no file, or one that openCache would
/// discard.
llvm::Expected<std::optional<Database>> openCacheForReading(llvm::StringRef path,
                                                            const CacheSchema& schema);

/// State: WAL, `synchronous=FULL` (what was committed survives a power cut), foreign keys enforced.
/// Never discarded.
struct StateSchema {
  uint32_t application = 0;
  /// `migrations[n]` is SQL that turns version n into n + 1; version 0 is the empty file. Entries
  /// are only ever appended.
  llvm::ArrayRef<llvm::StringRef> migrations;
  /// What a person calls it, for messages: "the deploy state".
  llvm::StringRef name;
  std::chrono::milliseconds busyTimeout{10000};
};

/// Opens the state at `path` (its folder is made), brought to the newest version in one
/// transaction. A file of a newer pipec, a damaged one or one that is no database of this kind is
/// an error that names the file and the remedy, and the file is left as it is; so is one with any
/// other table, index, trigger or view than the migrations make.
llvm::Expected<Database> openState(llvm::StringRef path, const StateSchema& schema);

/// For queries: writes nothing. nullopt: there is no such file. An older version is migrated in
/// memory only. Works in a read-only folder too.
llvm::Expected<std::optional<Database>> openStateForReading(llvm::StringRef path,
                                                            const StateSchema& schema);

} // namespace pipec::db
