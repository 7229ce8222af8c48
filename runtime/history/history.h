// History: every execution in a workspace, and the result of each of its nodes.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/db/database.h"
#include "runtime/exec/build.h"
#include "runtime/test_report/report_folder.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pipec::history {

/// The life of an execution: Running → one of the others.
enum class ExecutionState : uint8_t {
  Running,
  Succeeded,
  Failed,
  Held,       ///< nothing failed, and something waits for a person
  Stopped,    ///< interrupted, or its process died
  Superseded, ///< nothing failed, and something newer took the place of what it would have done
};
/// `running`, `succeeded`, … as the JSON documents have it.
llvm::StringRef stateName(ExecutionState state);

/// What somebody asked for.
struct Request {
  std::vector<std::string> targets; ///< labels; none: the whole pipeline
  bool noDeploy = false;
};

/// One attempt of an execution.
struct Execution {
  int64_t number = 0; ///< in the database: counts up
  std::string id;     ///< of the attempt, see AttemptName
  std::string module; ///< path of the pipeline's module, relative to the workspace
  std::string pipeline;
  std::vector<plan::Parameter> parameters; ///< of a secret: its name
  ExecutionState state = ExecutionState::Running;
  int64_t started = 0; ///< milliseconds since the epoch
  int64_t ended = 0;   ///< 0: still running, or its process died
  Request request;
  std::string process; ///< that runs it, as the Recorder was told; empty: not known
};

struct NodeRecord {
  std::string label;
  std::vector<std::string> aliases;
  std::string stage; ///< empty: outside stages
  std::string kind;  ///< as plan::kindName
  exec::NodeResult
      result; ///< `result.execution` made the outputs: this execution or an earlier one
  /// If it is not `result.key`: the key under which the label had last succeeded or been served
  /// when the execution began. Both keys' fields are in the ActionCache, for `pipec why`.
  std::optional<base::Digest> previousKey;

  bool isCalled(llvm::StringRef name) const;
};

struct NodeFinding {
  Execution execution;
  NodeRecord node;
};

/// A new execution id: 12 characters of `0-9a-z` without i, l, o and u; the first nine are the time
/// in milliseconds, so that ids sort by it, the rest is chance.
std::string newExecutionId();

/// Which run of a test the result is about: the same for the build that ran it and for those that
/// are served from the cache. nullopt: it has no report.
std::optional<base::Digest> testRunOf(const exec::NodeResult& result);

/// Its cases, all attempts together, from the reports. nullopt: they are not in the store.
llvm::Expected<std::optional<test_report::FolderReport>> readTestRun(const exec::NodeResult& result,
                                                                     cas::ContentStore& store);

/// An execution that is retried has several attempts. The first has the id of the execution,
/// `1m8h1rmq7dd8`; the others have their number behind it, `1m8h1rmq7dd8.2`.
struct AttemptName {
  std::string execution;
  unsigned number = 1;

  static AttemptName of(llvm::StringRef id);
  std::string id() const;
};

/// Which executions may go: those that began before `olderThan` (milliseconds since the epoch) and
/// are not among the `newest` of their pipeline.
struct Retention {
  int64_t olderThan = 0;
  size_t newest = 0;
};

/// Records one execution. As a BuildObserver it hears of the nodes; what has acted is on disk at
/// once, so that a killed execution keeps its logs. A database that cannot be written is one
/// warning, and the build goes on.
class Recorder : public exec::BuildObserver {
public:
  /// `state` is not Running. Until this, and if it never comes, the execution is running while the
  /// process lives, and stopped afterwards.
  virtual void finish(ExecutionState state) = 0;
};

enum class Access : uint8_t {
  Record, ///< makes the database if it is not there
  Query,  ///< writes nothing, also where the folder is read-only; for queries and dry runs
  Nothing ///< as if nothing had ever been recorded; for a history that is not to be believed
};

using Warn = std::function<void(llvm::StringRef message)>;

class LabelMemory;
class Liveness;

/// The database `history.db` in the workspace's state folder; its format is described in
/// schema.cpp. Safe to use from several threads; several processes may record at once.
class History {
public:
  /// Without a database nothing is found and nothing recorded.
  History(std::optional<db::Database> database, std::unique_ptr<Liveness> liveness, Access access,
          Warn warn);
  ~History();

  /// What sources resolved to, and the keys and times of labels, for a build of `plan`'s pipeline.
  /// Read when first asked; with Access::Query it remembers nothing. Ends with the History.
  exec::Memory& memory(const plan::Plan& plan);

  /// Records that an execution begins. Neither plan nor History may end before the Recorder.
  /// `process`: whatever tells others which process it is.
  std::unique_ptr<Recorder> begin(const plan::Plan& plan, llvm::StringRef id,
                                  const Request& request = {}, llvm::StringRef process = {});

  /// Newest first; at most `limit`; of one pipeline unless `pipeline` is empty.
  llvm::Expected<std::vector<Execution>> executions(llvm::StringRef pipeline = {},
                                                    size_t limit = SIZE_MAX);
  llvm::Expected<std::optional<Execution>> execution(llvm::StringRef id);
  /// The executions whose ids begin with `text`, each by its newest attempt; if `text` names an
  /// attempt (`….1`), that one. Newest first.
  llvm::Expected<std::vector<Execution>> matching(llvm::StringRef text);
  /// All attempts of an execution, the first one first.
  llvm::Expected<std::vector<Execution>> attempts(llvm::StringRef execution);
  /// In the plan's order; of an execution that did not end: those that had acted. With `seen`:
  /// without those of whole chunks that were in an earlier call with the same `seen`.
  llvm::Expected<std::vector<NodeRecord>> nodes(const Execution& execution,
                                                std::set<base::Digest>* seen = nullptr);

  /// The newest result of the node with this label or alias for which `accept` holds. `module`
  /// empty: of any `.pipe` file.
  llvm::Expected<std::optional<NodeFinding>>
  latest(llvm::StringRef label, llvm::StringRef module,
         llvm::function_ref<bool(const NodeRecord&)> accept);

  /// Whether `key` was that of the label's last success when this process began.
  bool knewAtStart(const plan::Plan& plan, llvm::StringRef label, const base::Digest& key);

  /// Whether any execution began before that time (milliseconds since the epoch).
  llvm::Expected<bool> hasOlder(int64_t time);
  /// Removes executions with all of their attempts, and what only they had; returns how many
  /// attempts. Always stay: of each pipeline the last three that succeeded, those that are held or
  /// run, and `needed` (ids).
  llvm::Expected<size_t> prune(const Retention& retention, const std::set<std::string>& needed);

  /// Keeps the cases of a run under testRunOf(), on disk at once.
  void keepTestRun(const base::Digest& run, const test_report::FolderReport& report);
  /// nullopt: they were not kept.
  llvm::Expected<std::optional<test_report::FolderReport>> testRun(const base::Digest& run);

private:
  class RecorderImpl;
  friend class LabelMemory;

  LabelMemory& labelMemory(const plan::Plan& plan);
  llvm::Expected<std::vector<Execution>> readExecutions(llvm::StringRef column,
                                                        llvm::StringRef value, size_t limit);
  llvm::Error eachNode(const Execution& execution, llvm::StringRef name,
                       std::set<base::Digest>* seen, llvm::function_ref<void(NodeRecord)> use);
  llvm::Error dropUnused();
  llvm::Error writeTestRun(const base::Digest& run, const test_report::FolderReport& report);
  /// The database has failed: one warning, and nothing is recorded any more. What is damaged is
  /// moved aside.
  void giveUp(llvm::Error error);

  std::recursive_mutex mutex_; ///< guards everything below
  std::optional<db::Database> database_;
  std::unique_ptr<Liveness> liveness_;
  Warn warn_;
  bool readOnly_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<LabelMemory>> memories_;
};

/// `stateFolder`: the workspace's `.pipec`. Never fails: a history that is no database, or
/// of a version that this pipec does not know, is moved aside; one that cannot be opened is left
/// alone and nothing is recorded; `warn` gets one sentence that names the file.
std::unique_ptr<History> openHistory(llvm::StringRef stateFolder, Access access, Warn warn);

} // namespace pipec::history
