// From the file to a LockFile or a diagnostic.
#include "compiler/lock/load_lock.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"

namespace pipec::lock {

using diagnostics::Code;

/// A lock file names what a program uses; what is larger is something else.
static constexpr uint64_t MaxBytes = 64ULL << 20;

/// nullopt: there is none. Of what is no file or cannot be read, the problem has no place.
static std::optional<std::string> textOf(base::FileSystem& files, llvm::StringRef workspace,
                                         std::optional<LockProblem>& problem) {
  std::string path = (workspace + "/" + LockFileName).str();
  auto unreadable = [&](llvm::Error error) {
    problem = LockProblem{base::describe(std::move(error)).second, ""};
    return std::nullopt;
  };
  auto refuse = [&](llvm::StringRef reason) {
    problem = LockProblem{("`pipe.lock` " + reason).str(),
                          "the name is that of pipec's lock file: move it away"};
    return std::nullopt;
  };
  auto link = files.status(path, /*followLinks=*/false);
  if (!link)
    return unreadable(link.takeError());
  if (!*link)
    return std::nullopt;
  // What it pins, it pins for this workspace; behind a link it would be somebody else's.
  if ((*link)->kind == base::FileKind::Symlink)
    return refuse("is a link");
  if ((*link)->kind != base::FileKind::Regular)
    return refuse("is not a file");
  if ((*link)->size > MaxBytes)
    return refuse("is larger than 64 MiB, which no lock file is");
  auto text = files.read(path);
  if (!text)
    return unreadable(text.takeError());
  return std::move(*text);
}

std::optional<LockFile> loadLock(base::FileSystem& files, llvm::StringRef workspace,
                                 diagnostics::SourceManager& sources,
                                 diagnostics::DiagnosticConsumer& consumer) {
  std::optional<LockProblem> problem;
  std::optional<std::string> text = textOf(files, workspace, problem);
  LockFile lock;
  if (text)
    problem = parseLock(*text, lock);
  if (!problem)
    return lock;
  diagnostics::SourceRange range;
  // An excerpt of what is not UTF-8 could not be shown.
  if (text && problem->length > 0 && base::isUtf8(*text)) {
    auto begin = static_cast<uint32_t>(problem->offset);
    auto end = static_cast<uint32_t>(std::min(problem->offset + problem->length, text->size()));
    range = {sources.add(LockFileName.str(), std::move(*text)), begin, end};
  }
  diagnostics::DiagnosticEmitter(consumer)
      .emit(Code::E0213, range, problem->message)
      .help(problem->help);
  return std::nullopt;
}

llvm::Expected<LockFile> readLock(base::FileSystem& files, llvm::StringRef workspace) {
  std::optional<LockProblem> problem;
  std::optional<std::string> text = textOf(files, workspace, problem);
  LockFile lock;
  if (text)
    problem = parseLock(*text, lock);
  if (!problem)
    return lock;
  return base::usageError(problem->message + (problem->help.empty() ? "" : ": " + problem->help));
}

} // namespace pipec::lock
