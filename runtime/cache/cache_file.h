// CacheFile: a cache database that never fails a build. Private to this folder.
#pragma once

#include "compiler/base/error.h"
#include "runtime/cache/access.h"
#include "runtime/db/database.h"

#include <functional>
#include <optional>
#include <string>

namespace pipec::cache {

/// `Tables` holds a `db::Database database`, declared before its statements, and makes itself from
/// one: `static llvm::Expected<Tables> prepare(db::Database)`. Damage that shows during use is
/// repaired once; any other failure is reported once, and the process goes on without the file.
template <class Tables> class CacheFile {
public:
  /// `consequence` begins the warning: "results are not kept".
  CacheFile(std::string file, const db::CacheSchema& kind, std::string consequence, Access access,
            std::function<void(llvm::StringRef)> sink)
      : path(std::move(file)), schema(kind), lost(std::move(consequence)), warn(std::move(sink)),
        readOnly(access == Access::ReadOnly) {
    if (!readOnly) {
      adopt(db::openCache(path, schema, warn));
      return;
    }
    auto found = db::openCacheForReading(path, schema);
    if (!found)
      giveUp(found.takeError());
    else if (*found)
      adopt(std::move(**found));
  }

  explicit operator bool() const { return tables.has_value(); }
  bool writable() const { return tables && !readOnly; }
  Tables* operator->() { return &*tables; }
  Tables& operator*() { return *tables; }

  /// A call failed with `error`. No transaction may be open any more.
  void failed(llvm::Error error) {
    bool repair = tables->database.damaged() && !repaired && !readOnly;
    db::Database broken = std::move(tables->database);
    tables.reset();
    if (repair) {
      llvm::consumeError(std::move(error));
      repaired = true; // a second damage means a broken disk
      adopt(db::reopenCache(std::move(broken), schema, warn));
    } else {
      giveUp(std::move(error));
    }
  }

private:
  void adopt(llvm::Expected<db::Database> database) {
    if (!database)
      return giveUp(database.takeError());
    auto prepared = Tables::prepare(std::move(*database));
    if (!prepared)
      return giveUp(prepared.takeError());
    tables = std::move(*prepared);
  }
  void giveUp(llvm::Error error) { warn(lost + ": " + base::describe(std::move(error)).second); }

  std::string path;
  db::CacheSchema schema;
  std::string lost;
  std::function<void(llvm::StringRef)> warn;
  std::optional<Tables> tables;
  bool repaired = false;
  bool readOnly;
};

} // namespace pipec::cache
