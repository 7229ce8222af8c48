// The discard policy of caches.
#include "compiler/base/error.h"
#include "runtime/db/connection.h"
#include "runtime/db/database.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace pipec::db {

using Warn = llvm::function_ref<void(llvm::StringRef)>;

/// Makes the tables of an empty file; another process may be doing the same.
static llvm::Error createCache(Connection& connection, const CacheSchema& schema) {
  if (llvm::Error error = connection.enableLog(schema.busyTimeout))
    return error;
  if (llvm::Error error = connection.execute("BEGIN IMMEDIATE"))
    return error;
  auto rollback =
      llvm::make_scope_exit([&] { llvm::consumeError(connection.execute("ROLLBACK")); });
  auto version = readVersion(connection);
  if (!version)
    return version.takeError();
  if (!version->empty())
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
  if (version->empty()) {
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
  auto expected = objectsMadeBy(schema.sql);
  if (!expected)
    return expected.takeError();
  if (version->objects != *expected) {
    reason = "has other tables than pipec makes";
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
    if (!folder::unlinkFile(file) && errno != ENOENT)
      return folder::failure("remove", file, errno);
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
  if (llvm::Error error = folder::makeFolders(llvm::sys::path::parent_path(path).str()))
    return error;
  std::string lock = path + ".lock";
  folder::Descriptor descriptor = folder::openFile(lock, O_RDWR | O_CREAT);
  if (!descriptor)
    return folder::failure("open", lock, errno);
  return descriptor.release();
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

llvm::Expected<bool> removeCache(llvm::StringRef path) {
  auto lock = openLock(path.str());
  if (!lock)
    return lock.takeError();
  auto close = llvm::make_scope_exit([&] { ::close(*lock); });
  if (::flock(*lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return false;
    return base::systemError("cannot lock `" + path + ".lock`", errno);
  }
  if (llvm::Error error = removeDatabase(path.str()))
    return error;
  return true;
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
  file.lock = folder::openFile((path + ".lock").str(), O_RDONLY).release();
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
  auto expected = objectsMadeBy(schema.sql);
  if (!expected)
    return expected.takeError();
  if (version->objects != *expected)
    return std::nullopt;
  if (llvm::Error error = file.execute("PRAGMA query_only = ON"))
    return error;
  return Database(std::move(*connection));
}

} // namespace pipec::db
