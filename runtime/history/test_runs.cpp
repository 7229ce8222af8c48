// The test cases of executions.
#include "runtime/history/case_codec.h"
#include "runtime/history/history.h"
#include "runtime/history/node_codec.h"

#include "compiler/base/fast_hash.h"

#include "llvm/Support/Endian.h"

namespace pipec::history {

std::optional<base::Digest> testRunOf(const exec::NodeResult& result) {
  if (!result.report)
    return std::nullopt;
  std::string reports;
  for (const exec::Attempt& attempt : result.earlier)
    if (attempt.report)
      reports += attempt.report->digest.bytes();
  reports += result.report->digest.bytes();
  if (!result.report->digest.isOldName())
    return base::digestOf(reports);
  base::FastHash old = base::checksumOf(reports);
  char name[base::Digest::OldNameSize];
  llvm::support::endian::write64be(name, old.high);
  llvm::support::endian::write64be(name + 8, old.low);
  return base::Digest::ofOldName({name, sizeof name});
}

llvm::Expected<std::optional<test_report::FolderReport>> readTestRun(const exec::NodeResult& result,
                                                                     cas::ContentStore& store) {
  test_report::FolderReport whole;
  std::vector<std::vector<test_report::TestCase>> attempts;
  auto add = [&](const cas::Content& folder) -> llvm::Expected<bool> {
    auto read = test_report::readReportFolder(store, folder);
    if (!read)
      return read.takeError();
    if (!*read)
      return false;
    for (std::string& problem : (*read)->problems)
      whole.problems.push_back(std::move(problem));
    attempts.push_back(std::move((*read)->cases));
    return true;
  };
  for (const exec::Attempt& attempt : result.earlier)
    if (attempt.report) {
      auto added = add(*attempt.report);
      if (!added)
        return added.takeError();
    }
  if (result.report) {
    auto added = add(*result.report);
    if (!added)
      return added.takeError();
    if (!*added)
      return std::nullopt;
  }
  whole.cases = test_report::merge(std::move(attempts));
  return whole;
}

llvm::Error History::writeTestRun(const base::Digest& run,
                                  const test_report::FolderReport& report) {
  EncodedRun encoded = encodeRun(report);
  base::Digest names = base::digestOf(encoded.names);
  auto transaction = db::Transaction::begin(*database_);
  if (!transaction)
    return transaction.takeError();
  auto writeNames = database_->prepare("INSERT OR IGNORE INTO case_names VALUES (?1, ?2)");
  if (!writeNames)
    return writeNames.takeError();
  if (llvm::Error error = writeNames->execute(names, db::Blob{encoded.names}))
    return error;
  auto writeRun = database_->prepare("INSERT OR REPLACE INTO test_runs VALUES (?1, ?2, ?3)");
  if (!writeRun)
    return writeRun.takeError();
  if (llvm::Error error = writeRun->execute(run, names, db::Blob{encoded.results}))
    return error;
  return transaction->commit();
}

void History::keepTestRun(const base::Digest& run, const test_report::FolderReport& report) {
  std::lock_guard lock(mutex_);
  if (!database_ || readOnly_)
    return;
  if (llvm::Error error = writeTestRun(run, report))
    giveUp(std::move(error));
}

llvm::Expected<std::optional<test_report::FolderReport>> History::testRun(const base::Digest& run) {
  std::lock_guard lock(mutex_);
  if (!database_)
    return std::nullopt;
  auto read = database_->prepare("SELECT case_names.names, results FROM test_runs "
                                 "JOIN case_names ON digest = test_runs.names WHERE run = ?1");
  if (!read)
    return read.takeError();
  std::string names, results;
  auto found = read->first(
      [&](const db::Row& row) {
        names = row.blob(0).str();
        results = row.blob(1).str();
      },
      run);
  if (!found)
    return found.takeError();
  if (!*found)
    return std::nullopt;
  auto report = decodeRun(names, results);
  if (!report)
    return report.takeError();
  return std::move(*report);
}

} // namespace pipec::history
