// Going through the files of a report, within limits.
#include "runtime/test_report/report_folder.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"
#include "runtime/test_report/junit_reader.h"

#include <iterator>

namespace pipec::test_report {

static constexpr size_t MaxProblems = 5;

static std::string mebibytes(uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

namespace {

class FolderReader {
public:
  FolderReader(cas::ContentStore& contents, FolderReport& into) : store(contents), report(into) {}

  /// False: it is not in the store.
  llvm::Expected<bool> read(llvm::StringRef path, const cas::TreeEntry& entry);
  void finish();

private:
  void problem(llvm::StringRef path, const llvm::Twine& what);

  cas::ContentStore& store;
  FolderReport& report;
  size_t files = 0;
  uint64_t bytes = 0;
  size_t problems = 0;
};

} // namespace

void FolderReader::problem(llvm::StringRef path, const llvm::Twine& what) {
  if (++problems <= MaxProblems)
    report.problems.push_back(("`" + base::printable(path) + "`: " + what).str());
}

void FolderReader::finish() {
  if (problems > MaxProblems)
    report.problems.push_back(std::to_string(problems - MaxProblems) + " more files like that");
}

llvm::Expected<bool> FolderReader::read(llvm::StringRef path, const cas::TreeEntry& entry) {
  if (++files > MaxFiles) {
    problem(path, "there are more than " + llvm::Twine(MaxFiles) + " XML files");
    return true;
  }
  uint64_t size = entry.content.digest.size;
  if (size > MaxFileSize) {
    problem(path, "it is larger than " + mebibytes(MaxFileSize));
    return true;
  }
  bytes += size;
  if (bytes > MaxFolderSize) {
    problem(path, "the XML files are larger than " + mebibytes(MaxFolderSize) + " together");
    return true;
  }
  auto text = store.bytes(entry.content.digest);
  if (!text)
    return text.takeError();
  if (!*text)
    return false;
  ParsedReport parsed = readJUnit(**text);
  if (!parsed.problem.empty())
    problem(path, parsed.problem);
  else if (parsed.isReport && parsed.wasReplaced)
    problem(path, "it has bytes or characters that XML does not allow, which are shown as U+FFFD");
  size_t room = MaxCases - std::min(MaxCases, report.cases.size());
  if (parsed.cases.size() > room) {
    problem(path, "the report has more than " + llvm::Twine(MaxCases) + " cases");
    parsed.cases.resize(room);
  }
  report.cases.insert(report.cases.end(), std::make_move_iterator(parsed.cases.begin()),
                      std::make_move_iterator(parsed.cases.end()));
  return true;
}

llvm::Expected<std::optional<FolderReport>> readReportFolder(cas::ContentStore& store,
                                                             const cas::Content& folder) {
  auto there = store.contains(folder);
  if (!there)
    return there.takeError();
  if (!*there)
    return std::nullopt;
  auto files = cas::listFiles(store, folder.digest);
  if (!files)
    return files.takeError();
  FolderReport report;
  FolderReader reader(store, report);
  for (const auto& [path, entry] : *files) {
    bool isFile = entry.content.kind == cas::EntryKind::File ||
                  entry.content.kind == cas::EntryKind::Executable;
    if (!isFile || !llvm::StringRef(path).ends_with_insensitive(".xml"))
      continue;
    auto done = reader.read(path, entry);
    if (!done)
      return done.takeError();
    if (!*done)
      return std::nullopt;
  }
  reader.finish();
  return report;
}

} // namespace pipec::test_report
