// The open file behind Database, Statement and Transaction. Private to this folder.
#pragma once

#include "runtime/db/database.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace pipec::db {

struct Connection {
  std::string path;
  sqlite3* handle = nullptr;
  /// A shared lock on `path` + ".lock" says that a cache is in use; -1 for state.
  int lock = -1;
  bool damaged = false;
  /// How often the statement that runs has been asked whether it may go on; see StepsPerQuestion.
  uint64_t questions = 0;
  uint64_t mostQuestions = MostQuestions;

  /// SQLite asks after as many steps of its virtual machine. The most that pipec's own statements
  /// need for the largest files is far below the product, which is about a minute.
  static constexpr int StepsPerQuestion = 100'000;
  static constexpr uint64_t MostQuestions = 30'000;
  /// See Database::intercept.
  std::function<llvm::Error(Moment)> interceptor;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  llvm::Error come(Moment moment) {
    return interceptor ? interceptor(moment) : llvm::Error::success();
  }
  /// What SQLite says of its last call that failed, as an error that names the file.
  llvm::Error error(int code);
  llvm::Error execute(const char* sql);
  /// Switches to write-ahead logging. SQLite does not wait for other processes here by itself.
  llvm::Error enableLog(std::chrono::milliseconds busyTimeout);
  /// The one integer that `sql` gives.
  llvm::Expected<int64_t> integer(const char* sql);
};

using ConnectionPtr = std::shared_ptr<Connection>;

/// What a database has: kind, name, table and text of each table, index, trigger and view.
using Objects = std::vector<std::string>;

/// What a file says of itself. Every file of pipec carries PRAGMA application_id (which kind of
/// file) and user_version (which version of its tables); an empty one has 0, 0 and no table.
struct Version {
  uint32_t application = 0;
  uint32_t version = 0;
  Objects objects; ///< sorted
  bool empty() const { return application == 0 && version == 0 && objects.empty(); }
};

/// `name` is what SQLite opens, `path` what messages say.
llvm::Expected<ConnectionPtr> connect(llvm::StringRef name, const std::string& path, int flags,
                                      std::chrono::milliseconds busyTimeout);
/// The objects of an empty file after the statements have run, one after the other.
llvm::Expected<Objects> objectsMadeBy(llvm::ArrayRef<llvm::StringRef> statements);

/// For reading only: leaves the folder as it was, side files included.
llvm::Expected<ConnectionPtr> connectForReading(llvm::StringRef path,
                                                std::chrono::milliseconds busyTimeout);
llvm::Expected<bool> isThere(llvm::StringRef path);

llvm::Expected<Version> readVersion(Connection& connection);
llvm::Error writeVersion(Connection& connection, uint32_t application, uint32_t version);

} // namespace pipec::db
