// Opening a file as one that nobody has to be believed about, and the version that it carries.
#include "runtime/db/connection.h"

#include "compiler/base/error.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace pipec::db {

Connection::~Connection() {
  sqlite3_close_v2(handle);
  if (lock >= 0)
    ::close(lock);
}

llvm::Error Connection::error(int code) {
  int primary = code & 0xff;
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
    damaged = true;
  if (code == SQLITE_CANTOPEN_SYMLINK)
    return folder::failure("open the database", path, ELOOP);
  if (primary == SQLITE_INTERRUPT)
    return base::worldError("database `" + path + "`: a query did not end; remove the file");
  return base::worldError("database `" + path +
                          "`: " + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code)));
}

llvm::Error Connection::execute(const char* sql) {
  questions = 0;
  int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? llvm::Error::success() : error(code);
}

llvm::Error Connection::enableLog(std::chrono::milliseconds busyTimeout) {
  auto end = std::chrono::steady_clock::now() + busyTimeout;
  for (;;) {
    int code = sqlite3_exec(handle, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK)
      return llvm::Error::success();
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() >= end)
      return error(code);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

llvm::Expected<int64_t> Connection::integer(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr);
  if (code == SQLITE_OK)
    code = sqlite3_step(statement);
  if (code != SQLITE_ROW) {
    llvm::Error failure = error(code);
    sqlite3_finalize(statement);
    return failure;
  }
  int64_t value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

/// In the place of open(2) in SQLite: no link on the way to a database or one of its side files is
/// followed, and what is made has the mode that its folder says.
static int openForSqlite(const char* path, int flags, int) {
  // Of devices: what its random numbers come from.
  if (llvm::StringRef(path).starts_with("/dev/"))
    return ::open(path, flags | O_CLOEXEC);
  folder::Descriptor file = folder::openFile(path, flags);
  if (!file && errno == EISDIR) // which is synced after a side file was made in it
    file = folder::openFile(path, flags | O_DIRECTORY);
  return file.release();
}

static void openThroughFolders() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
    [[maybe_unused]] int code =
        vfs->xSetSystemCall(vfs, "open", reinterpret_cast<sqlite3_syscall_ptr>(openForSqlite));
    assert(code == SQLITE_OK && "SQLite's own file system is that of Unix");
  });
}

static int mayGoOn(void* connection) {
  auto& file = *static_cast<Connection*>(connection);
  return ++file.questions > file.mostQuestions;
}

/// A file says how it is to be read: its schema is text that is parsed and may call functions, and
/// its pages may lie about their sizes. None of that gets more power than pipec's own tables need.
static llvm::Error distrust(Connection& connection) {
  sqlite3* handle = connection.handle;
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 2);
  sqlite3_progress_handler(handle, Connection::StepsPerQuestion, mayGoOn, &connection);
  // No temporary file has to be made anywhere.
  return connection.execute("PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
}

llvm::Expected<ConnectionPtr> connect(llvm::StringRef name, const std::string& path, int flags,
                                      std::chrono::milliseconds busyTimeout) {
  openThroughFolders();
  auto connection = std::make_shared<Connection>();
  connection->path = path;
  int code = sqlite3_open_v2(
      name.str().c_str(), &connection->handle,
      flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK)
    return connection->error(code);
  sqlite3_busy_timeout(connection->handle, static_cast<int>(busyTimeout.count()));
  if (llvm::Error error = distrust(*connection))
    return error;
  return connection;
}

static llvm::Expected<Objects> objectsOf(Connection& connection) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(connection.handle,
                                "SELECT type, name, tbl_name, coalesce(sql, '') FROM "
                                "sqlite_schema ORDER BY type, name",
                                -1, &statement, nullptr);
  Objects objects;
  while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    std::string object;
    for (int column = 0; column < 4; ++column) {
      if (const unsigned char* text = sqlite3_column_text(statement, column))
        object += reinterpret_cast<const char*>(text);
      object += '\0';
    }
    objects.push_back(std::move(object));
    code = SQLITE_OK;
  }
  llvm::Error failed = code == SQLITE_DONE ? llvm::Error::success() : connection.error(code);
  sqlite3_finalize(statement);
  if (failed)
    return failed;
  return objects;
}

llvm::Expected<Objects> objectsMadeBy(llvm::ArrayRef<llvm::StringRef> statements) {
  auto empty = connect(":memory:", ":memory:", SQLITE_OPEN_READWRITE, {});
  if (!empty)
    return empty.takeError();
  for (llvm::StringRef sql : statements)
    if (llvm::Error error = (*empty)->execute(sql.str().c_str()))
      return error;
  return objectsOf(**empty);
}

static llvm::Expected<Version> readVersionNow(Connection& connection) {
  auto application = connection.integer("PRAGMA application_id");
  if (!application)
    return application.takeError();
  auto version = connection.integer("PRAGMA user_version");
  if (!version)
    return version.takeError();
  auto objects = objectsOf(connection);
  if (!objects)
    return objects.takeError();
  return Version{static_cast<uint32_t>(*application), static_cast<uint32_t>(*version),
                 std::move(*objects)};
}

llvm::Expected<Version> readVersion(Connection& connection) {
  // One snapshot: between two reads of their own another process may have made the tables. A
  // savepoint, because the caller may be in a transaction already.
  if (llvm::Error error = connection.execute("SAVEPOINT version"))
    return error;
  auto version = readVersionNow(connection);
  llvm::Error released = connection.execute("RELEASE version");
  if (version && released)
    return released;
  llvm::consumeError(std::move(released));
  return version;
}

llvm::Error writeVersion(Connection& connection, uint32_t application, uint32_t version) {
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
      uri += {'%', llvm::hexdigit(c >> 4), llvm::hexdigit(c & 15)};
  return uri + "?immutable=1";
}

llvm::Expected<bool> isThere(llvm::StringRef path) {
  struct stat status;
  if (folder::lookAt(path.str(), status))
    return true;
  if (errno == ENOENT || errno == ENOTDIR)
    return false;
  return folder::failure("read", path.str(), errno);
}

llvm::Expected<ConnectionPtr> connectForReading(llvm::StringRef path,
                                                std::chrono::milliseconds busyTimeout) {
  // A log needs its side files, and they the right to write to the folder. Where nobody can write,
  // nothing changes either, and the file alone is the truth.
  std::string parent = llvm::sys::path::parent_path(path).str();
  bool writable = ::access(path.str().c_str(), W_OK) == 0 &&
                  ::access(parent.empty() ? "." : parent.c_str(), W_OK) == 0;
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

} // namespace pipec::db
