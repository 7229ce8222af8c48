// Ledger: what is deployed where, in a database of its own that is never discarded.
#pragma once

#include "compiler/base/digest.h"
#include "runtime/db/database.h"
#include "runtime/environment/clock.h"
#include "runtime/environment/release.h"
#include "runtime/environment/state.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace pipec::environment {

enum class AttemptKind : uint8_t {
  Deploy,
  Redeploy, ///< the release that was there, or was to be there, already
  Rollback,
  NoOp, ///< looked at and left alone
};
llvm::StringRef kindName(AttemptKind kind); ///< `deploy`, `redeploy`, `rollback`, `noop`

/// One entry of the append-only log. Its result is written once, and nothing else ever changes.
struct LogEntry {
  int64_t sequence = 0;
  std::string environment; ///< `module:name`
  AttemptKind kind = AttemptKind::Deploy;
  base::Digest release;
  std::optional<Origin> origin;
  Recorded from; ///< what was recorded before
  uint64_t generation = 0;
  std::string execution;
  std::string actor;     ///< user name
  std::string approvals; ///< keys of the approvals that let it through, separated by a space
  std::string result;  ///< `succeeded`, `failed`, `superseded`; empty: running, or its process died
  int64_t started = 0; ///< milliseconds since the epoch
  int64_t finished = 0; ///< 0: not, or nobody knows
};

/// One environment at a glance.
struct EnvironmentStatus {
  std::string identity; ///< `module:name`
  State state;
  std::string url;              ///< of the recorded release
  std::optional<LogEntry> made; ///< the attempt of the present generation
};

/// A release that a rollback can go back to.
struct StableRelease {
  base::Digest id;
  int64_t settled = 0; ///< when it last became stable
  std::optional<Origin> origin;
};

/// A live test that passed, under its key (which has environment and generation).
struct LiveResult {
  std::string execution;
  int64_t started = 0;
  int64_t durationMs = 0;
  int64_t cpuMs = 0;
  uint64_t peakMemory = 0;
  base::Digest stdoutDigest;
  base::Digest stderrDigest;
  std::optional<base::Digest> report; ///< a directory
};

/// A person's verdict on one subject, at one gate, for the environments that rely on it.
struct Approval {
  base::Digest key; ///< see approvalKey() in approval.h
  bool approved = false;
  std::string who; ///< user name
  int64_t when = 0;
  std::string comment;
  std::optional<int64_t> expires; ///< milliseconds since the epoch
};

/// A gate that asks for a verdict on one subject.
struct ApprovalRequest {
  base::Digest key;                ///< of the verdict
  std::string module;              ///< path of the pipeline's module
  std::vector<std::string> labels; ///< of the gate's node, its aliases behind it
  std::optional<base::Digest> subject;
  std::vector<std::string> environments; ///< identities, sorted
  std::vector<std::string> by;           ///< who may answer, see mayDecide(); empty: everybody
  std::string message;                   ///< what the gate asks; may be empty
  std::string execution;                 ///< that asked last
  int64_t requested = 0;                 ///< when it did
  std::optional<int64_t> expires;        ///< after that nobody may answer, until it is asked again
  std::optional<Approval> verdict;       ///< the latest, expired or not; only of queries

  /// Whether there is a verdict that counts at `time`.
  bool isAnswered(int64_t time) const;
};

enum class Access : uint8_t {
  Write, ///< makes the database if it is not there
  Read,  ///< writes nothing; no database is an empty ledger
};

/// Every error names the file and the remedy. Safe to use from several threads and processes; each
/// change is one durable transaction.
class Ledger {
public:
  /// `clock`: milliseconds since the epoch.
  Ledger(std::string folder, std::optional<db::Database> opened,
         std::function<int64_t()> clock = environment::now)
      : stateFolder_(std::move(folder)), clock_(std::move(clock)), database_(std::move(opened)) {}

  /// The state folder, where the environments' lock files are too.
  const std::string& folder() const { return stateFolder_; }
  /// The time, as what is written has it.
  int64_t now() const { return clock_(); }

  // ---- queries ----
  /// An environment that was never deployed to has the initial State.
  llvm::Expected<State> state(llvm::StringRef environment);
  /// Sorted by identity.
  llvm::Expected<std::vector<EnvironmentStatus>> environments();
  /// Newest first.
  llvm::Expected<std::vector<LogEntry>> log(llvm::StringRef environment, size_t limit = SIZE_MAX);
  llvm::Expected<std::optional<Release>> release(llvm::StringRef environment,
                                                 const base::Digest& id);
  /// One that the ledger itself names: that it is not there is an error.
  llvm::Expected<Release> existingRelease(llvm::StringRef environment, const base::Digest& id);
  /// Every release that was ever stable there, the last one first; none with an old name.
  llvm::Expected<std::vector<StableRelease>> stableReleases(llvm::StringRef environment);
  /// Whether some were stable there under old names, which nobody can go back to.
  llvm::Expected<bool> hadStableUnderOldName(llvm::StringRef environment);
  llvm::Expected<std::optional<LiveResult>> livePass(const base::Digest& key);
  /// The latest verdict, expired or not.
  llvm::Expected<std::optional<Approval>> approval(const base::Digest& key);
  /// Newest first: one for each key that was ever asked for, but for those of old names.
  llvm::Expected<std::vector<ApprovalRequest>> requests();
  /// Whether the gate `label` of `module` approved something under an old name, which no longer
  /// counts.
  llvm::Expected<bool> wasApprovedUnderOldName(llvm::StringRef module, llvm::StringRef label);

  // ---- changes; only with Access::Write ----
  struct Attempt {
    AttemptKind kind = AttemptKind::Deploy;
    std::string environment;
    std::string execution;
    std::string actor;
    std::string approvals; ///< keys of the approvals that let it through, separated by a space
    base::Digest release;
    std::optional<Origin> origin; ///< of `release`
    base::Digest undone;          ///< of a Rollback
    std::string by;               ///< of a Rollback: the execution or user that it is done by
    std::string reason;           ///< of a Rollback
  };
  struct Begun {
    int64_t sequence = 0; ///< of the log entry
    uint64_t generation = 0;
    std::optional<std::string> refusal; ///< why nothing was begun, and nothing written
  };
  /// Why an attempt on an environment in this state may not begin; nullopt: it may.
  using Guard = llvm::function_ref<std::optional<std::string>(const State& state)>;
  /// Writes the intent: the new generation with what is recorded unknown, the log entry, and
  /// `release` as it is now, unless it is null. `guard` is asked of the very state that the intent
  /// ends, so that a person's freeze counts from the moment that it is recorded; null: never
  /// refused.
  llvm::Expected<Begun> begin(const Attempt& attempt, const Release* release,
                              Guard guard = nullptr);
  /// Ends an attempt. False: the environment has moved on to another generation.
  llvm::Expected<bool> end(const Attempt& attempt, const Begun& begun, bool succeeded,
                           llvm::StringRef url);
  /// Logs a deploy that had nothing to do. `confirms`: from now on, what is there was made from its
  /// origin.
  llvm::Error logNoOp(const Attempt& attempt, bool confirms);
  /// Logs a deploy that was too late to begin.
  llvm::Error logSuperseded(const Attempt& attempt);
  /// Any other event. False: it came too late (see next()).
  llvm::Expected<bool> apply(llvm::StringRef environment, const Event& event);
  llvm::Error keepLivePass(const base::Digest& key, llvm::StringRef environment,
                           uint64_t generation, const LiveResult& result);
  llvm::Error recordApproval(const Approval& approval);
  /// Takes the place of an earlier request with the same key.
  llvm::Error recordRequest(const ApprovalRequest& request);

private:
  llvm::Expected<State> readState(llvm::StringRef environment);
  llvm::Error writeState(llvm::StringRef environment, const State& state);
  llvm::Error writeRelease(llvm::StringRef environment, const Release& release);
  llvm::Error logUntouched(const Attempt& attempt, llvm::StringRef result, bool confirms);
  llvm::Error noteSettled(llvm::StringRef environment, const base::Digest& release);
  llvm::Expected<int64_t> writeLog(const Attempt& attempt, const Recorded& from,
                                   uint64_t generation);
  llvm::Error endLog(int64_t sequence, llvm::StringRef result);
  llvm::Error readLog(llvm::StringRef environment, size_t limit, std::vector<LogEntry>& entries);
  llvm::Expected<std::optional<LogEntry>> readMaking(llvm::StringRef environment,
                                                     uint64_t generation);

  std::string stateFolder_;
  std::function<int64_t()> clock_;
  std::mutex mutex_;                     ///< guards `database_`
  std::optional<db::Database> database_; ///< none: nothing was ever written
};

/// `folder` is the workspace's `.pipec`, or what `--state-dir` says; the database is `state.db` in
/// it.
llvm::Expected<std::unique_ptr<Ledger>> openLedger(llvm::StringRef folder, Access access);

} // namespace pipec::environment
