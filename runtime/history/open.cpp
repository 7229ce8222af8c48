// Opening the history, whatever state it is in.
#include "runtime/history/open.h"

#include "compiler/base/error.h"
#include "runtime/folder/files.h"
#include "runtime/history/history.h"
#include "runtime/history/label_memory.h"
#include "runtime/history/liveness.h"
#include "runtime/history/schema.h"

#include "llvm/Support/Endian.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::history {

/// Whether the file can never be opened as a history: no database, another kind of one, cut short,
/// or of a version that a newer pipec or nobody has written. Of
/// https://www.sqlite.org/fileformat2.html#the_database_header: magic text, page size at 16, page
/// count at 28, user version at 60, application id at 68. (A database whose first commits are still
/// in its log has no id yet.)
static bool isUnusable(const std::string& path) {
  folder::Descriptor file = folder::openFile(path, O_RDONLY);
  if (!file) // a link, a folder, a named pipe
    return errno == ELOOP || errno == EISDIR || errno == EINVAL || errno == ENXIO;
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0 || status.st_size == 0)
    return false;
  unsigned char header[100];
  if (::pread(file.get(), header, sizeof header, 0) != sizeof header ||
      ::memcmp(header, "SQLite format 3", 16) != 0)
    return true;
  uint64_t pageSize = llvm::support::endian::read16be(header + 16);
  uint64_t pages = llvm::support::endian::read32be(header + 28);
  uint32_t version = llvm::support::endian::read32be(header + 60);
  uint32_t application = llvm::support::endian::read32be(header + 68);
  if (pageSize == 1)
    pageSize = 65536;
  return static_cast<uint64_t>(status.st_size) < pageSize * pages ||
         (application != 0 && application != Application) ||
         (application != 0 && (version == 0 || version > historySchema().migrations.size()));
}

std::string moveAside(llvm::StringRef path) {
  std::string aside = (path.drop_back(strlen(".db")) + "-broken-" + newExecutionId() + ".db").str();
  for (const char* suffix : {"-wal", "-shm", ""}) {
    std::string from = path.str() + suffix;
    if (!folder::rename(from, aside + suffix) && errno != ENOENT)
      return base::describe(base::systemError("the history `" + from +
                                                  "` cannot be used, and not be moved aside",
                                              errno))
          .second;
  }
  return ("the history `" + path + "` cannot be used and has been moved to `" + aside + "`").str();
}

static std::optional<db::Database> openForRecording(const std::string& path, Liveness& liveness,
                                                    const Warn& warn) {
  if (isUnusable(path) && liveness.hold(Liveness::Replacing)) {
    if (isUnusable(path)) // and no other process was faster
      warn(moveAside(path));
    liveness.release(Liveness::Replacing);
  }
  auto database = db::openState(path, historySchema());
  // What was committed may be lost in a power cut, but not the file; a build does not wait for the
  // disk to remember it.
  llvm::Error error =
      database ? database->execute("PRAGMA synchronous = NORMAL") : database.takeError();
  if (error) {
    warn(base::describe(std::move(error)).second + "; executions are not recorded");
    return std::nullopt;
  }
  return std::move(*database);
}

std::unique_ptr<History> openHistory(llvm::StringRef stateFolder, Access access, Warn warn) {
  std::string path = (stateFolder + "/history.db").str();
  bool records = access == Access::Record;
  if (records)
    if (llvm::Error error = folder::makeFolders(stateFolder.str())) {
      warn(base::describe(std::move(error)).second + "; executions are not recorded");
      records = false;
    }
  auto liveness = std::make_unique<Liveness>(stateFolder, records);
  std::optional<db::Database> database;
  if (records) {
    database = openForRecording(path, *liveness, warn);
  } else if (access == Access::Query) {
    auto opened = db::openStateForReading(path, historySchema());
    if (opened)
      database = std::move(*opened);
    else
      warn(base::describe(opened.takeError()).second);
  }
  return std::make_unique<History>(std::move(database), std::move(liveness), access,
                                   std::move(warn));
}

} // namespace pipec::history
