// Statements, rows and transactions over SQLite's C interface.
#include "runtime/db/database.h"

#include "runtime/db/connection.h"

#include <cassert>

namespace pipec::db {

bool Row::isNull(int column) const {
  return sqlite3_column_type(statement, column) == SQLITE_NULL;
}

int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement, column);
}

llvm::StringRef Row::text(int column) const {
  const void* data = sqlite3_column_text(statement, column);
  // The size is only right after the conversion that the call above may have made.
  return {static_cast<const char*>(data), size_t(sqlite3_column_bytes(statement, column))};
}

llvm::StringRef Row::blob(int column) const {
  const void* data = sqlite3_column_blob(statement, column);
  return {static_cast<const char*>(data), size_t(sqlite3_column_bytes(statement, column))};
}

std::optional<base::Digest> Row::digest(int column) const {
  return base::Digest::fromBytes(blob(column));
}

void Statement::Finalise::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

// Text and blobs are bound as SQLITE_STATIC: every call binds, runs and resets, so they live for as
// long as SQLite looks at them. A null pointer would bind NULL, hence the literals.
static const char* notNull(llvm::StringRef bytes) {
  return bytes.empty() ? "" : bytes.data();
}

void Statement::bind(int index, int64_t value) {
  sqlite3_bind_int64(handle.get(), index, value);
}

void Statement::bind(int index, llvm::StringRef text) {
  sqlite3_bind_text64(handle.get(), index, notNull(text), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind(int index, Blob blob) {
  sqlite3_bind_blob64(handle.get(), index, notNull(blob.bytes), blob.bytes.size(), SQLITE_STATIC);
}

void Statement::bind(int index, const base::Digest& digest) {
  std::string bytes = digest.bytes();
  sqlite3_bind_blob64(handle.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

void Statement::bind(int index, std::nullopt_t) {
  sqlite3_bind_null(handle.get(), index);
}

void Statement::checkCount([[maybe_unused]] int count) const {
  assert(sqlite3_bind_parameter_count(handle.get()) == count && "a value for each parameter");
}

llvm::Error Statement::arrive() {
  connection->questions = 0;
  if (!sqlite3_get_autocommit(connection->handle))
    return llvm::Error::success();
  return connection->come(Moment::Query);
}

llvm::Error Statement::run(llvm::function_ref<void(const Row&)> use) {
  if (llvm::Error error = arrive())
    return error;
  int code;
  while ((code = sqlite3_step(handle.get())) == SQLITE_ROW)
    use(Row(handle.get()));
  llvm::Error result = code == SQLITE_DONE ? llvm::Error::success() : connection->error(code);
  sqlite3_reset(handle.get());
  return result;
}

llvm::Expected<bool> Statement::runFirst(llvm::function_ref<void(const Row&)> use) {
  if (llvm::Error error = arrive())
    return error;
  int code = sqlite3_step(handle.get());
  if (code == SQLITE_ROW)
    use(Row(handle.get()));
  llvm::Error failure =
      code == SQLITE_ROW || code == SQLITE_DONE ? llvm::Error::success() : connection->error(code);
  sqlite3_reset(handle.get());
  if (failure)
    return failure;
  return code == SQLITE_ROW;
}

llvm::Expected<Statement> Database::prepare(llvm::StringRef sql) {
  Statement statement;
  statement.connection = connection;
  sqlite3_stmt* handle = nullptr;
  int code = sqlite3_prepare_v3(connection->handle, sql.data(), static_cast<int>(sql.size()),
                                SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK)
    return connection->error(code);
  assert(handle && "a statement, not an empty text");
  statement.handle.reset(handle);
  return statement;
}

llvm::Error Database::execute(llvm::StringRef sql) {
  return connection->execute(sql.str().c_str());
}

const std::string& Database::path() const {
  return connection->path;
}

int64_t Database::lastInsertId() const {
  return sqlite3_last_insert_rowid(connection->handle);
}

int64_t Database::changes() const {
  return sqlite3_changes64(connection->handle);
}

void Database::boundQuestions(uint64_t most) {
  connection->mostQuestions = most;
}

void Database::intercept(std::function<llvm::Error(Moment)> use) {
  connection->interceptor = std::move(use);
}

bool Database::damaged() const {
  return connection->damaged;
}

llvm::Expected<Transaction> Transaction::begin(Database& database, TransactionKind kind) {
  if (llvm::Error error = database.connection->come(Moment::Begin))
    return error;
  const char* sql = kind == TransactionKind::Write ? "BEGIN IMMEDIATE" : "BEGIN";
  if (llvm::Error error = database.connection->execute(sql))
    return error;
  return Transaction(database.connection);
}

Transaction::~Transaction() {
  // A failure such as a full disk may have rolled back already: then there is nothing to undo.
  if (connection && !sqlite3_get_autocommit(connection->handle))
    llvm::consumeError(connection->execute("ROLLBACK"));
}

llvm::Error Transaction::commit() {
  assert(connection && "committed twice");
  if (llvm::Error error = connection->come(Moment::Commit))
    return error;
  if (llvm::Error error = connection->execute("COMMIT"))
    return error;
  return std::exchange(connection, nullptr)->come(Moment::Committed);
}

} // namespace pipec::db
