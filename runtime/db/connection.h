// The open file behind Database, Statement and Transaction. Private to this folder.
#pragma once

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

#include <sqlite3.h>

namespace pipec::db {

struct Connection {
  std::string path;
  sqlite3* handle = nullptr;
  /// A shared lock on `path` + ".lock" says that a cache is in use; -1 for state.
  int lock = -1;
  bool damaged = false;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// What SQLite says of its last call that failed, as an error that names the file.
  llvm::Error error(int code);
  llvm::Error execute(const char* sql);
  /// The one integer that `sql` gives.
  llvm::Expected<int64_t> integer(const char* sql);
};

} // namespace pipec::db
