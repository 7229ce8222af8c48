// Removing old executions, and what only they had.
#include "compiler/base/error.h"
#include "runtime/history/history.h"
#include "runtime/history/node_codec.h"

#include <map>

namespace pipec::history {

/// How many of each kind have been met, from the newest on.
namespace {
struct Met {
  size_t all = 0;
  size_t succeeded = 0;
};
} // namespace

/// The numbers of the executions that go; attempts of one execution go together.
static std::vector<int64_t> goners(const std::vector<Execution>& executions,
                                   const Retention& retention,
                                   const std::set<std::string>& needed) {
  static constexpr size_t KeptSuccesses = 3;
  std::map<std::pair<std::string, std::string>, Met> met;
  std::set<std::string> kept;
  std::vector<int64_t> numbers;
  for (const Execution& execution : executions) {
    Met& before = met[{execution.module, execution.pipeline}];
    std::string name = AttemptName::of(execution.id).execution;
    bool succeeded = execution.state == ExecutionState::Succeeded;
    bool stays = execution.started >= retention.olderThan || before.all < retention.newest ||
                 (succeeded && before.succeeded < KeptSuccesses) ||
                 execution.state == ExecutionState::Held ||
                 execution.state == ExecutionState::Running || needed.count(execution.id) ||
                 kept.count(name);
    ++before.all;
    before.succeeded += succeeded;
    if (stays)
      kept.insert(std::move(name));
    else
      numbers.push_back(execution.number);
  }
  return numbers;
}

/// Deletes the rows of `table` whose digest in `column` is not in `wanted`.
static llvm::Error keepOnly(db::Database& database, const std::string& table,
                            const std::string& column, const std::set<base::Digest>& wanted) {
  auto read = database.prepare("SELECT " + column + " FROM " + table);
  if (!read)
    return read.takeError();
  std::vector<base::Digest> unwanted;
  auto collect = [&](const db::Row& row) {
    if (auto digest = row.digest(0); digest && !wanted.count(*digest))
      unwanted.push_back(*digest);
  };
  if (llvm::Error error = read->each(collect))
    return error;
  auto remove = database.prepare("DELETE FROM " + table + " WHERE " + column + " = ?1");
  if (!remove)
    return remove.takeError();
  for (const base::Digest& digest : unwanted)
    if (llvm::Error error = remove->execute(digest))
      return error;
  return llvm::Error::success();
}

/// What no execution that is left refers to.
llvm::Error History::dropUnused() {
  auto left = readExecutions("", "", SIZE_MAX);
  if (!left)
    return left.takeError();
  std::set<base::Digest> chunks;
  std::set<base::Digest> runs;
  auto addRun = [&](const NodeRecord& node) {
    if (auto run = testRunOf(node.result))
      runs.insert(*run);
  };
  for (const Execution& execution : *left)
    if (llvm::Error error = eachNode(execution, "", &chunks, addRun))
      return error;
  for (const auto& [table, column, wanted] :
       {std::tuple("chunks", "digest", &chunks), std::tuple("test_runs", "run", &runs)})
    if (llvm::Error error = keepOnly(*database_, table, column, *wanted))
      return error;
  return database_->execute(
      "DELETE FROM case_names WHERE digest NOT IN (SELECT names FROM test_runs)");
}

llvm::Expected<bool> History::hasOlder(int64_t time) {
  std::lock_guard lock(mutex_);
  if (!database_ || readOnly_)
    return false;
  auto read = database_->prepare("SELECT 1 FROM executions WHERE started < ?1 LIMIT 1");
  if (!read)
    return read.takeError();
  return read->first([](const db::Row&) {}, time);
}

llvm::Expected<size_t> History::prune(const Retention& retention,
                                      const std::set<std::string>& needed) {
  std::lock_guard lock(mutex_);
  if (!database_ || readOnly_)
    return 0;
  auto transaction = db::Transaction::begin(*database_);
  if (!transaction)
    return transaction.takeError();
  auto executions = readExecutions("", "", SIZE_MAX);
  if (!executions)
    return executions.takeError();
  std::vector<int64_t> numbers = goners(*executions, retention, needed);
  if (numbers.empty())
    return 0;
  for (const char* sql :
       {"DELETE FROM executions WHERE number = ?1", "DELETE FROM progress WHERE execution = ?1"}) {
    auto remove = database_->prepare(sql);
    if (!remove)
      return remove.takeError();
    for (int64_t number : numbers)
      if (llvm::Error error = remove->execute(number))
        return error;
  }
  if (llvm::Error error = dropUnused())
    return error;
  if (llvm::Error error = transaction->commit())
    return error;
  return numbers.size();
}

} // namespace pipec::history
