// Opening database files: the discard policy of caches and the migrations of state.
//
// Every file carries PRAGMA application_id (which kind of file) and user_version (which version of
// its tables). An empty file has 0 and 0 and no table.
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/db/connection.h"
#include "runtime/db/database.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace pipec::db {

using Warn = llvm::function_ref<void(llvm::StringRef)>;
using ConnectionPtr = std::shared_ptr<Connection>;

namespace {

struct Version {
  uint32_t application = 0;
  uint32_t version = 0;
  bool empty = false; ///< a file without tables
};

} // namespace

static llvm::Expected<ConnectionPtr> connect(llvm::StringRef name, const std::string& path,
                                             int flags, std::chrono::milliseconds busyTimeout) {
  auto connection = std::make_shared<Connection>();
  connection->path = path;
  int code = sqlite3_open_v2(name.str().c_str(), &connection->handle,
                             flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK)
    return connection->error(code);
  sqlite3_busy_timeout(connection->handle, static_cast<int>(busyTimeout.count()));
  return connection;
}

static llvm::Expected<Version> readVersion(Connection& connection) {
  auto application = connection.integer("PRAGMA application_id");
  if (!application)
    return application.takeError();
  auto version = connection.integer("PRAGMA user_version");
  if (!version)
    return version.takeError();
  Version result{static_cast<uint32_t>(*application), static_cast<uint32_t>(*version)};
  if (result.application == 0 && result.version == 0) {
    auto tables = connection.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables)
      return tables.takeError();
    result.empty = *tables == 0;
  }
  return result;
}

static llvm::Error writeVersion(Connection& connection, uint32_t application, uint32_t version) {
  return connection.execute(
      ("PRAGMA application_id = " + llvm::Twine(static_cast<int32_t>(application)) +
       "; PRAGMA user_version = " + llvm::Twine(version))
          .str()
          .c_str());
}

/// A URI that SQLite reads as `path` and nothing else.
static std::string immutableUri(llvm::StringRef path) {
  std::string uri = "file:";
  for (unsigned char c : path)
    if (llvm::isAlnum(c) || c == '/' || c == '.' || c == '-' || c == '_')
      uri += static_cast<char>(c);
    else
      uri += "%" + llvm::utohexstr(c, /*LowerCase=*/false, /*Width=*/2);
  return uri + "?immutable=1";
}

static llvm::Expected<bool> isThere(llvm::StringRef path) {
  if (::access(path.str().c_str(), F_OK) == 0)
    return true;
  if (errno == ENOENT || errno == ENOTDIR)
    return false;
  return base::systemError("cannot read `" + path + "`", errno);
}

/// Leaves the folder as it was, side files included.
static llvm::Expected<ConnectionPtr> connectForReading(llvm::StringRef path,
                                                       std::chrono::milliseconds busyTimeout) {
  // A log needs its side files, and they the right to write to the folder. Where nobody can write,
  // nothing changes either, and the file alone is the truth.
  std::string folder = llvm::sys::path::parent_path(path).str();
  bool writable = ::access(path.str().c_str(), W_OK) == 0 &&
                  ::access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
  if (!writable)
    return connect(immutableUri(path), path.str(), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                   busyTimeout);
  bool hasLog = ::access((path + "-wal").str().c_str(), F_OK) == 0;
  auto connection = connect(path, path.str(), SQLITE_OPEN_READWRITE, busyTimeout);
  // The last one to close would move a log that a killed process left into the file.
  if (connection && hasLog)
    sqlite3_db_config((*connection)->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return connection;
}

// --- Caches ------------------------------------------------------------------------------------

/// Makes the tables of an empty file; another process may be doing the same.
static llvm::Error createCache(Connection& connection, const CacheSchema& schema) {
  if (llvm::Error error = connection.execute("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE"))
    return error;
  auto rollback =
      llvm::make_scope_exit([&] { llvm::consumeError(connection.execute("ROLLBACK")); });
  auto version = readVersion(connection);
  if (!version)
    return version.takeError();
  if (!version->empty)
    return llvm::Error::success();
  if (llvm::Error error = connection.execute(schema.sql.str().c_str()))
    return error;
  if (llvm::Error error = writeVersion(connection, schema.application, schema.version))
    return error;
  if (llvm::Error error = connection.execute("COMMIT"))
    return error;
  rollback.release();
  return llvm::Error::success();
}

/// The cache as it is on disk, made if there is none. Null, and `reason` says why, if the file has
/// to be discarded.
static llvm::Expected<ConnectionPtr> tryCache(const std::string& path, const CacheSchema& schema,
                                              std::string& reason) {
  auto connection =
      connect(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, schema.busyTimeout);
  if (!connection)
    return connection.takeError();
  Connection& file = **connection;
  auto discardable = [&](llvm::Error error) -> llvm::Expected<ConnectionPtr> {
    if (!file.damaged)
      return error;
    llvm::consumeError(std::move(error));
    reason = "is damaged";
    return nullptr;
  };
  auto version = readVersion(file);
  if (!version)
    return discardable(version.takeError());
  if (version->empty) {
    if (llvm::Error error = createCache(file, schema))
      return discardable(std::move(error));
    version = readVersion(file);
    if (!version)
      return discardable(version.takeError());
  }
  if (version->application != schema.application || version->version != schema.version) {
    reason = version->application != schema.application ? "is not a cache of this kind"
                                                        : "was written by another version of pipec";
    return nullptr;
  }
  if (llvm::Error error = file.execute("PRAGMA synchronous = NORMAL"))
    return discardable(std::move(error));
  return std::move(*connection);
}

static llvm::Error removeDatabase(const std::string& path) {
  // The side files first: a database without its log is at worst still to be discarded.
  for (const char* suffix : {"-wal", "-shm", "-journal", ""}) {
    std::string file = path + suffix;
    if (::unlink(file.c_str()) != 0 && errno != ENOENT)
      return base::systemError("cannot remove `" + file + "`", errno);
  }
  return llvm::Error::success();
}

namespace {

/// One opening of a cache. The lock file is locked shared for as long as a connection lives, and
/// exclusively while the file is replaced, so that nobody's file is removed under him.
class CacheOpener {
public:
  CacheOpener(std::string file, int lockFile, const CacheSchema& kind, Warn sink,
              Connection* damaged)
      : path(std::move(file)), lock(lockFile), schema(kind), warn(sink), broken(damaged) {}
  ~CacheOpener() {
    if (lock >= 0)
      ::close(lock);
  }

  llvm::Expected<Database> open();

private:
  llvm::Expected<bool> tryLock(int kind);
  /// The cache as it is now; null if it has to be discarded, and `reason` says why.
  llvm::Expected<ConnectionPtr> look();
  llvm::Expected<ConnectionPtr> replace();
  Database finish(ConnectionPtr connection);

  std::string path;
  int lock;
  const CacheSchema& schema;
  Warn warn;
  Connection* broken; ///< a connection that found the file damaged; may be null
  std::string reason;
};

} // namespace

llvm::Expected<bool> CacheOpener::tryLock(int kind) {
  if (::flock(lock, kind | LOCK_NB) == 0)
    return true;
  if (errno == EWOULDBLOCK || errno == EINTR)
    return false;
  return base::systemError("cannot lock `" + path + ".lock`", errno);
}

llvm::Expected<ConnectionPtr> CacheOpener::look() {
  // As long as `broken` is open its inode cannot be given to another file.
  int moved = 0;
  if (broken)
    sqlite3_file_control(broken->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (!broken || moved)
    return tryCache(path, schema, reason);
  reason = "is damaged";
  return nullptr;
}

llvm::Expected<ConnectionPtr> CacheOpener::replace() {
  warn("the cache `" + path + "` " + reason + " and is made anew");
  if (llvm::Error error = removeDatabase(path))
    return error;
  auto made = tryCache(path, schema, reason);
  if (made && !*made)
    return base::worldError("database `" + path + "`: was made anew and still " + reason);
  return made;
}

Database CacheOpener::finish(ConnectionPtr connection) {
  connection->lock = std::exchange(lock, -1);
  return Database(std::move(connection));
}

llvm::Expected<Database> CacheOpener::open() {
  auto end = std::chrono::steady_clock::now() + schema.busyTimeout;
  for (;;) {
    // Alone only if the last look was bad: then either this process replaces the file, or another
    // one does and the next look is good.
    auto alone = reason.empty() ? llvm::Expected<bool>(false) : tryLock(LOCK_EX);
    if (!alone)
      return alone.takeError();
    auto locked = *alone ? llvm::Expected<bool>(true) : tryLock(LOCK_SH);
    if (!locked)
      return locked.takeError();
    if (*locked) {
      reason.clear();
      auto connection = look();
      if (connection && !*connection && *alone)
        connection = replace();
      if (!connection)
        return connection.takeError();
      if (*connection) {
        ::flock(lock, LOCK_SH);
        return finish(std::move(*connection));
      }
      ::flock(lock, LOCK_UN);
    }
    if (std::chrono::steady_clock::now() >= end)
      return base::worldError("database `" + path + "`: another pipec is using it");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

static llvm::Expected<int> openLock(const std::string& path) {
  if (llvm::Error error = base::makeDirectories(llvm::sys::path::parent_path(path)))
    return error;
  std::string lock = path + ".lock";
  int descriptor = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return base::systemError("cannot open `" + lock + "`", errno);
  return descriptor;
}

llvm::Expected<Database> openCache(llvm::StringRef path, const CacheSchema& schema, Warn warn) {
  auto lock = openLock(path.str());
  if (!lock)
    return lock.takeError();
  return CacheOpener(path.str(), *lock, schema, warn, nullptr).open();
}

llvm::Expected<Database> reopenCache(Database broken, const CacheSchema& schema, Warn warn) {
  auto lock = openLock(broken.path());
  if (!lock)
    return lock.takeError();
  // It stays open until the end, but must not keep anyone from replacing the file.
  if (broken.connection->lock >= 0)
    ::flock(broken.connection->lock, LOCK_UN);
  return CacheOpener(broken.path(), *lock, schema, warn, broken.connection.get()).open();
}

llvm::Expected<std::optional<Database>> openCacheForReading(llvm::StringRef path,
                                                            const CacheSchema& schema) {
  auto there = isThere(path);
  if (!there)
    return there.takeError();
  if (!*there)
    return std::nullopt;
  auto connection = connectForReading(path, schema.busyTimeout);
  if (!connection)
    return connection.takeError();
  Connection& file = **connection;
  // As in openCache, so that nobody replaces the file meanwhile; but no lock file is made.
  file.lock = ::open((path + ".lock").str().c_str(), O_RDONLY | O_CLOEXEC);
  if (file.lock >= 0)
    ::flock(file.lock, LOCK_SH | LOCK_NB);
  auto version = readVersion(file);
  if (!version && !file.damaged)
    return version.takeError();
  if (!version) {
    llvm::consumeError(version.takeError());
    return std::nullopt;
  }
  if (version->application != schema.application || version->version != schema.version)
    return std::nullopt;
  if (llvm::Error error = file.execute("PRAGMA query_only = ON"))
    return error;
  return Database(std::move(*connection));
}

// --- State -------------------------------------------------------------------------------------

static llvm::Error damagedState(llvm::Error cause, const Connection& connection,
                                const StateSchema& schema) {
  if (!connection.damaged)
    return cause;
  llvm::consumeError(std::move(cause));
  return base::worldError("`" + connection.path + "` (" + schema.name +
                          ") is damaged or is not a database; it was left as it is. Restore it "
                          "from a backup, or move it away to begin anew");
}

static llvm::Expected<Version> checkState(Connection& connection, const StateSchema& schema) {
  auto version = readVersion(connection);
  if (!version)
    return damagedState(version.takeError(), connection, schema);
  if (version->empty)
    return version;
  if (version->application != schema.application)
    return base::worldError("`" + connection.path + "` is a database, but not " + schema.name +
                            " of pipec; move it away or name another place");
  if (version->version > schema.migrations.size())
    return base::worldError(
        "`" + connection.path + "` (" + schema.name + ") was written by a newer pipec (version " +
        llvm::Twine(version->version) + ", this one knows " +
        llvm::Twine(schema.migrations.size()) + "); use that pipec, nothing was changed");
  return version;
}

static llvm::Error migrate(Connection& connection, const StateSchema& schema) {
  if (llvm::Error error = connection.execute("BEGIN IMMEDIATE"))
    return error;
  auto rollback =
      llvm::make_scope_exit([&] { llvm::consumeError(connection.execute("ROLLBACK")); });
  // Again under the lock: another process may have migrated meanwhile.
  auto version = checkState(connection, schema);
  if (!version)
    return version.takeError();
  for (uint32_t step = version->version; step < schema.migrations.size(); ++step)
    if (llvm::Error error = connection.execute(schema.migrations[step].str().c_str()))
      return base::worldError("cannot bring `" + connection.path + "` (" + schema.name +
                              ") from version " + llvm::Twine(step) + " to the next: " +
                              base::describe(std::move(error)).second + "; nothing was changed");
  if (llvm::Error error = writeVersion(connection, schema.application, schema.migrations.size()))
    return error;
  if (llvm::Error error = connection.execute("COMMIT"))
    return error;
  rollback.release();
  return llvm::Error::success();
}

static llvm::Error configureState(Connection& connection) {
  return connection.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
}

llvm::Expected<Database> openState(llvm::StringRef path, const StateSchema& schema) {
  if (llvm::Error error = base::makeDirectories(llvm::sys::path::parent_path(path)))
    return error;
  auto connection =
      connect(path, path.str(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, schema.busyTimeout);
  if (!connection)
    return connection.takeError();
  Connection& file = **connection;
  auto version = checkState(file, schema);
  if (!version)
    return version.takeError();
  if (llvm::Error error = file.execute("PRAGMA journal_mode = WAL"))
    return damagedState(std::move(error), file, schema);
  if (llvm::Error error = configureState(file))
    return error;
  if (version->empty || version->version < schema.migrations.size())
    if (llvm::Error error = migrate(file, schema))
      return damagedState(std::move(error), file, schema);
  return Database(std::move(*connection));
}

/// A copy of the whole database that lives in memory only.
static llvm::Expected<ConnectionPtr> copyToMemory(Connection& source) {
  auto copy = connect(":memory:", source.path, SQLITE_OPEN_READWRITE, {});
  if (!copy)
    return copy.takeError();
  sqlite3_backup* backup = sqlite3_backup_init((*copy)->handle, "main", source.handle, "main");
  if (!backup)
    return (*copy)->error(sqlite3_errcode((*copy)->handle));
  sqlite3_backup_step(backup, -1);
  if (int code = sqlite3_backup_finish(backup); code != SQLITE_OK)
    return (*copy)->error(code);
  return copy;
}

llvm::Expected<std::optional<Database>> openStateForReading(llvm::StringRef path,
                                                            const StateSchema& schema) {
  auto there = isThere(path);
  if (!there)
    return there.takeError();
  if (!*there)
    return std::nullopt;
  auto connection = connectForReading(path, schema.busyTimeout);
  if (!connection)
    return connection.takeError();
  auto version = checkState(**connection, schema);
  if (!version)
    return version.takeError();
  if (version->empty || version->version < schema.migrations.size()) {
    connection = copyToMemory(**connection);
    if (!connection)
      return connection.takeError();
    if (llvm::Error error = migrate(**connection, schema))
      return error;
  }
  if (llvm::Error error = (*connection)->execute("PRAGMA query_only = ON"))
    return error;
  return Database(std::move(*connection));
}

} // namespace pipec::db
