// Small texts stay in memory: most steps print a few lines or nothing.
#include "runtime/exec/step_log.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/size_text.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::exec {

static constexpr size_t HeldSize = 256 * 1024;

// ---- one file ------------------------------------------------------------------

class StepLog::File {
public:
  static llvm::Expected<std::unique_ptr<File>> make(cas::ContentStore& store) {
    auto folder = store.newFolder();
    if (!folder)
      return folder.takeError();
    std::unique_ptr<File> file(new File(std::move(*folder)));
    file->descriptor = ::open(file->path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file->descriptor < 0)
      return file->failure(errno);
    return file;
  }
  ~File() {
    close();
    llvm::consumeError(base::removeTree(folder));
  }

  int number() const { return descriptor; }
  std::string path() const { return folder + "/log"; }
  llvm::Error failure(int reason) const {
    return cas::unusableStore("cannot keep what a step printed in `" + folder + "`", reason);
  }
  void close() {
    if (descriptor >= 0)
      ::close(descriptor);
    descriptor = -1;
  }

private:
  explicit File(std::string place) : folder(std::move(place)) {}

  std::string folder;
  int descriptor = -1;
};

// ---- the log -------------------------------------------------------------------

StepLog::StepLog(cas::ContentStore& contents, uint64_t keptBytes)
    : store(contents), kept(keptBytes) {}
StepLog::~StepLog() = default;

/// From memory into a file.
llvm::Error StepLog::spill() {
  if (file)
    return llvm::Error::success();
  auto made = File::make(store);
  if (!made)
    return made.takeError();
  file = std::move(*made);
  writer = sandbox::OutputWriter(file->number(), kept);
  if (int reason = writer.write(held.data(), held.size()))
    return file->failure(reason);
  held = {};
  return llvm::Error::success();
}

llvm::Error StepLog::add(llvm::StringRef piece) {
  if (!file && held.size() + piece.size() <= HeldSize) {
    held += piece;
    return llvm::Error::success();
  }
  if (llvm::Error error = spill())
    return error;
  if (int reason = writer.write(piece.data(), piece.size()))
    return file->failure(reason);
  return llvm::Error::success();
}

llvm::Error StepLog::leaveOut(uint64_t bytes) {
  if (llvm::Error error = spill())
    return error;
  writer.leaveOut(bytes);
  return llvm::Error::success();
}

static llvm::Expected<base::Digest> moveIn(cas::ContentStore& store, const std::string& path) {
  auto content = store.putPath(path, /*consume=*/true);
  if (!content)
    return content.takeError();
  return content->digest;
}

llvm::Expected<base::Digest> StepLog::keep() {
  if (!file)
    return store.putBytes(held);
  if (int reason = writer.finish())
    return file->failure(reason);
  if (!writer.isWhole())
    return keepWithGap();
  file->close();
  return moveIn(store, file->path());
}

/// The beginning, a line that says what is missing, and the end, in another file.
llvm::Expected<base::Digest> StepLog::keepWithGap() {
  auto whole = File::make(store);
  if (!whole)
    return whole.takeError();
  sandbox::OutputWriter out((*whole)->number(), EverythingKept);
  int reason = 0;
  char last = '\n';
  auto write = [&](llvm::StringRef text) {
    if (reason == 0)
      reason = out.write(text.data(), text.size());
    last = text.back();
  };
  auto tellGap = [&](uint64_t bytes) {
    write(((last == '\n' ? "" : "\n") + llvm::Twine("[pipec leaves out ") + base::sizeText(bytes) +
           " here: it keeps the first and the last " + base::sizeText(kept) +
           " of what a step prints]\n")
              .str());
  };
  if (llvm::Error error = sandbox::readOutput(file->path(), write, tellGap, kept))
    return error;
  if (reason != 0)
    return (*whole)->failure(reason);
  (*whole)->close();
  return moveIn(store, (*whole)->path());
}

// ---- secrets -------------------------------------------------------------------

/// The first `size` bytes that are pending.
llvm::Error MaskedLog::passOn(size_t size) {
  std::string text = pending.substr(0, size);
  pending.erase(0, size);
  secrets.mask(text);
  return log.add(text);
}

/// What may be the rest of a value that began in what is left out.
llvm::Error MaskedLog::dropCutValue(bool isEnd) {
  size_t size = secrets.mayEndValue(pending);
  if (size >= secrets.settled(pending) && !isEnd)
    return llvm::Error::success(); // more has to come first
  isBehindGap = false;
  pending.erase(0, size);
  return log.leaveOut(size);
}

llvm::Error MaskedLog::add(llvm::StringRef piece) {
  if (secrets.isEmpty())
    return log.add(piece);
  pending += piece;
  if (isBehindGap)
    if (llvm::Error error = dropCutValue(/*isEnd=*/false))
      return error;
  return isBehindGap ? llvm::Error::success() : passOn(secrets.settled(pending));
}

llvm::Error MaskedLog::leaveOut(uint64_t bytes) {
  if (isBehindGap)
    if (llvm::Error error = dropCutValue(/*isEnd=*/true))
      return error;
  if (llvm::Error error = passOn(secrets.settled(pending)))
    return error;
  bytes += pending.size();
  pending.clear();
  isBehindGap = !secrets.isEmpty();
  return log.leaveOut(bytes);
}

llvm::Error MaskedLog::finish() {
  if (isBehindGap)
    if (llvm::Error error = dropCutValue(/*isEnd=*/true))
      return error;
  return passOn(pending.size());
}

llvm::Expected<base::Digest> keepLog(llvm::ArrayRef<std::string> files, const SecretValues& secrets,
                                     cas::ContentStore& store) {
  StepLog log(store);
  MaskedLog masked(secrets, log);
  llvm::Error problem = llvm::Error::success();
  auto note = [&](llvm::Error error) {
    problem = llvm::joinErrors(std::move(problem), std::move(error));
  };
  for (const std::string& file : files)
    note(sandbox::readOutput(
        file, [&](llvm::StringRef piece) { note(masked.add(piece)); },
        [&](uint64_t bytes) { note(masked.leaveOut(bytes)); }));
  note(masked.finish());
  if (problem)
    return problem;
  return log.keep();
}

} // namespace pipec::exec
