// `--check-determinism`: executing once more, and the first difference of what was made.
#include "runtime/exec/determinism.h"

#include "runtime/cas/tree_difference.h"
#include "runtime/exec/action.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <algorithm>
#include <memory>

namespace pipec::exec {

using cas::Content;
using cas::EntryKind;

/// Bytes on both sides of a difference that are shown.
static constexpr size_t Around = 24;

std::string ResultDifference::text() const {
  if (output.empty())
    return what;
  return "`" + output + (path.empty() ? "" : "/" + path) + "` " + what;
}

static bool isFile(const Content& content) {
  return content.kind == EntryKind::File || content.kind == EntryKind::Executable;
}

static llvm::StringRef article(EntryKind kind) {
  switch (kind) {
  case EntryKind::File:
  case EntryKind::Executable:
    return "a file";
  case EntryKind::Symlink:
    return "a link";
  case EntryKind::Directory:
    return "a folder";
  }
  llvm_unreachable("an entry of no kind");
}

/// A file of the store that is looked at in pieces: outputs may be larger than the memory.
class StoredFile {
public:
  static llvm::Expected<std::unique_ptr<StoredFile>> open(cas::ContentStore& store,
                                                          const Content& content) {
    auto path = store.materialise(content);
    if (!path)
      return path.takeError();
    if (!*path)
      return cas::lostContent(content.digest);
    auto file = llvm::sys::fs::openNativeFileForRead(**path);
    if (!file)
      return file.takeError();
    return std::unique_ptr<StoredFile>(new StoredFile(*file));
  }
  ~StoredFile() { llvm::sys::fs::closeFile(file); }

  /// At most `size` bytes from `offset` on; fewer only at the end.
  llvm::Expected<std::string> read(uint64_t offset, size_t size) const {
    std::string bytes(size, '\0');
    auto count = llvm::sys::fs::readNativeFileSlice(file, {bytes.data(), size}, offset);
    if (!count)
      return count.takeError();
    bytes.resize(*count);
    return bytes;
  }

private:
  explicit StoredFile(llvm::sys::fs::file_t opened) : file(opened) {}

  llvm::sys::fs::file_t file;
};

static std::string hexadecimal(char byte) {
  auto value = static_cast<uint8_t>(byte);
  return {llvm::hexdigit(value >> 4, /*LowerCase=*/true),
          llvm::hexdigit(value & 15, /*LowerCase=*/true)};
}

/// In quotes, with `…` where it goes on.
static std::string excerpt(llvm::StringRef part, bool isBeginning, bool isEnd) {
  std::string text = isBeginning ? "\"" : "…\"";
  for (char c : part) {
    if (c == '"' || c == '\\')
      text += '\\';
    if (llvm::isPrint(c))
      text += c;
    else if (c == '\n')
      text += "\\n";
    else
      text += "\\x" + hexadecimal(c);
  }
  return text + (isEnd ? "\"" : "\"…");
}

/// What stands around `offset`, and the byte there.
static llvm::Expected<std::pair<std::string, std::string>> around(const StoredFile& file,
                                                                  uint64_t offset) {
  uint64_t begin = offset < Around ? 0 : offset - Around;
  size_t wanted = static_cast<size_t>(offset - begin) + Around;
  auto bytes = file.read(begin, wanted + 1);
  if (!bytes)
    return bytes.takeError();
  size_t at = static_cast<size_t>(offset - begin);
  return std::pair(
      excerpt(llvm::StringRef(*bytes).take_front(wanted), begin == 0, bytes->size() <= wanted),
      at == bytes->size() ? "its end" : "0x" + hexadecimal((*bytes)[at]));
}

/// Where two files begin to differ, which they do.
static llvm::Expected<uint64_t> firstDifference(const StoredFile& first, const StoredFile& second) {
  static constexpr size_t PieceSize = 256 * 1024;
  for (uint64_t offset = 0;; offset += PieceSize) {
    auto before = first.read(offset, PieceSize);
    if (!before)
      return before.takeError();
    auto after = second.read(offset, PieceSize);
    if (!after)
      return after.takeError();
    size_t shorter = std::min(before->size(), after->size());
    auto differs = std::mismatch(before->begin(), before->begin() + static_cast<ptrdiff_t>(shorter),
                                 after->begin());
    if (differs.first != before->end() || differs.second != after->end() || shorter == 0)
      return offset + static_cast<uint64_t>(differs.first - before->begin());
  }
}

static llvm::Expected<ResultDifference>
differenceOfFiles(cas::ContentStore& store, const Content& first, const Content& second) {
  if (first.digest == second.digest) {
    bool wasExecutable = first.kind == EntryKind::Executable;
    ResultDifference difference;
    difference.first = wasExecutable ? "executable" : "not executable";
    difference.second = wasExecutable ? "not executable" : "executable";
    difference.what =
        wasExecutable ? "is executable only the first time" : "is executable only the second time";
    return difference;
  }
  auto before = StoredFile::open(store, first), after = StoredFile::open(store, second);
  if (!before || !after)
    return llvm::joinErrors(before.takeError(), after.takeError());
  auto offset = firstDifference(**before, **after);
  if (!offset)
    return offset.takeError();
  auto shownBefore = around(**before, *offset), shownAfter = around(**after, *offset);
  if (!shownBefore || !shownAfter)
    return llvm::joinErrors(shownBefore.takeError(), shownAfter.takeError());
  ResultDifference difference;
  difference.offset = *offset;
  difference.first = shownBefore->first;
  difference.second = shownAfter->first;
  difference.what = "differs at offset " + std::to_string(*offset) + ": " + shownBefore->second +
                    ", then " + shownAfter->second;
  return difference;
}

/// Of two entries of which none is a folder, or only one is there.
static llvm::Expected<ResultDifference> differenceOf(cas::ContentStore& store,
                                                     const cas::FileDifference& entry) {
  ResultDifference difference;
  if (!entry.before || !entry.after) {
    const char* when = entry.before ? "first" : "second";
    difference.what = "is there only the " + std::string(when) + " time";
    (entry.before ? difference.first : difference.second) =
        article((entry.before ? entry.before : entry.after)->kind).str();
    return difference;
  }
  if (isFile(*entry.before) && isFile(*entry.after))
    return differenceOfFiles(store, *entry.before, *entry.after);
  difference.first = article(entry.before->kind).str();
  difference.second = article(entry.after->kind).str();
  difference.what = difference.first == difference.second
                        ? "leads to another place the second time"
                        : "is " + difference.first + ", then " + difference.second;
  return difference;
}

llvm::Expected<std::optional<ResultDifference>>
compareContent(cas::ContentStore& store, const Content& first, const Content& second) {
  if (first == second)
    return std::nullopt;
  cas::FileDifference entry{"", first, second};
  if (first.kind == EntryKind::Directory && second.kind == EntryKind::Directory) {
    auto all = cas::compareTrees(store, first.digest, second.digest);
    if (!all)
      return all.takeError();
    if (!*all)
      return cas::lostContent(first.digest);
    entry = (*all)->front();
    // What was a file and is now a folder stands there as the file, and as what the folder has.
    bool isFolderToo = (*all)->size() > 1 && !(entry.before && entry.after) &&
                       ((**all)[1].path + "/").rfind(entry.path + "/", 0) == 0;
    if (isFolderToo)
      (entry.before ? entry.after : entry.before) = Content{EntryKind::Directory, {}};
  }
  auto difference = differenceOf(store, entry);
  if (!difference)
    return difference.takeError();
  difference->path = entry.path;
  return std::optional(std::move(*difference));
}

llvm::Expected<std::optional<ResultDifference>>
compareOutputs(cas::ContentStore& store, llvm::ArrayRef<cache::ActionOutput> first,
               llvm::ArrayRef<cache::ActionOutput> second) {
  assert(first.size() == second.size() && "of one action");
  for (const auto& [before, after] : llvm::zip(first, second)) {
    auto difference = compareContent(store, before.content, after.content);
    if (!difference)
      return difference.takeError();
    if (!*difference)
      continue;
    (*difference)->output = before.name;
    return difference;
  }
  return std::nullopt;
}

// ---- executing once more -------------------------------------------------------

static llvm::Error compareLog(cas::ContentStore& store, llvm::StringRef name,
                              const std::optional<base::Digest>& first, const base::Digest& second,
                              Repetition& repetition) {
  if (!first || *first == second)
    return llvm::Error::success();
  auto difference = compareContent(store, {EntryKind::File, *first}, {EntryKind::File, second});
  if (!difference)
    return difference.takeError();
  repetition.notes.push_back((name + " " + (*difference)->what).str());
  return llvm::Error::success();
}

static llvm::Expected<Repetition> compare(cas::ContentStore& store, const NodeResult& first,
                                          const StepOutcome& second) {
  Repetition repetition;
  if (second.failure) {
    repetition.difference.emplace();
    repetition.difference->what = "it succeeded, and then " + second.failure->message;
    return repetition;
  }
  auto difference = compareOutputs(store, first.outputs, second.outputs);
  if (!difference)
    return difference.takeError();
  repetition.difference = std::move(*difference);
  if (llvm::Error error =
          compareLog(store, "standard output", first.stdoutDigest, second.stdoutDigest, repetition))
    return error;
  if (llvm::Error error =
          compareLog(store, "standard error", first.stderrDigest, second.stderrDigest, repetition))
    return error;
  if (!first.report || !second.report)
    return repetition;
  auto report = compareContent(store, *first.report, *second.report);
  if (!report)
    return report.takeError();
  if (*report) {
    (*report)->output = "report";
    repetition.notes.push_back((*report)->text());
  }
  return repetition;
}

llvm::Expected<NodeResult> ActionExecutor::runTwice(plan::NodeId node) {
  auto result = runHermetic(node);
  if (!result || !isSuccess(result->state))
    return result;
  auto action = bind(node);
  if (!action)
    return action.takeError();
  observer.nodeStarted(node, "run again");
  auto again = stepRunner.run(**action, (*action)->spec.run, {});
  if (!again)
    return again.takeError();
  if (again->failure && again->failure->cancelled)
    return result;
  auto repetition = compare(world.store, *result, *again);
  if (!repetition)
    return repetition.takeError();
  result->repetition = std::move(*repetition);
  return result;
}

} // namespace pipec::exec
