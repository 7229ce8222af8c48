// Opening a file, and the version that it carries.
#include "runtime/db/connection.h"

#include "compiler/base/error.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <cerrno>
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
  return base::worldError("database `" + path +
                          "`: " + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code)));
}

llvm::Error Connection::execute(const char* sql) {
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

llvm::Expected<ConnectionPtr> connect(llvm::StringRef name, const std::string& path, int flags,
                                      std::chrono::milliseconds busyTimeout) {
  auto connection = std::make_shared<Connection>();
  connection->path = path;
  int code = sqlite3_open_v2(name.str().c_str(), &connection->handle,
                             flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK)
    return connection->error(code);
  sqlite3_busy_timeout(connection->handle, static_cast<int>(busyTimeout.count()));
  return connection;
}

static llvm::Expected<Version> readVersionNow(Connection& connection) {
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
  if (::access(path.str().c_str(), F_OK) == 0)
    return true;
  if (errno == ENOENT || errno == ENOTDIR)
    return false;
  return base::systemError("cannot read `" + path + "`", errno);
}

llvm::Expected<ConnectionPtr> connectForReading(llvm::StringRef path,
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

} // namespace pipec::db
