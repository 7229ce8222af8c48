// The migrations of state.
#include "compiler/base/error.h"
#include "runtime/db/connection.h"
#include "runtime/db/database.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Path.h"

namespace pipec::db {

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
  if (version->empty())
    return version;
  if (version->application != schema.application)
    return base::worldError("`" + connection.path + "` is a database, but not " + schema.name +
                            " of pipec; move it away or name another place");
  if (version->version > schema.migrations.size())
    return base::worldError(
        "`" + connection.path + "` (" + schema.name + ") was written by a newer pipec (version " +
        llvm::Twine(version->version) + ", this one knows " +
        llvm::Twine(schema.migrations.size()) + "); use that pipec, nothing was changed");
  auto expected = objectsMadeBy(schema.migrations.take_front(version->version));
  if (!expected)
    return expected.takeError();
  if (version->objects != *expected)
    return base::worldError("`" + connection.path + "` (" + schema.name +
                            ") has other tables, views or triggers than pipec makes, so somebody "
                            "has changed it; nothing of it was used. Restore it from a backup, or "
                            "move it away to begin anew");
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
  if (llvm::Error error = folder::makeFolders(llvm::sys::path::parent_path(path).str()))
    return error;
  auto connection =
      connect(path, path.str(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, schema.busyTimeout);
  if (!connection)
    return connection.takeError();
  Connection& file = **connection;
  auto version = checkState(file, schema);
  if (!version)
    return version.takeError();
  if (llvm::Error error = file.enableLog(schema.busyTimeout))
    return damagedState(std::move(error), file, schema);
  if (llvm::Error error = configureState(file))
    return error;
  if (version->empty() || version->version < schema.migrations.size())
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
  if (version->empty() || version->version < schema.migrations.size()) {
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
