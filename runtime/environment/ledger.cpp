// The ledger's changes: each is one transaction, and `next` alone says what it does to a state.
#include "runtime/environment/ledger.h"

#include "compiler/base/error.h"
#include "runtime/environment/schema.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::environment {

llvm::StringRef kindName(AttemptKind kind) {
  switch (kind) {
  case AttemptKind::Deploy:
    return "deploy";
  case AttemptKind::Redeploy:
    return "redeploy";
  case AttemptKind::Rollback:
    return "rollback";
  case AttemptKind::NoOp:
    return "noop";
  }
  llvm_unreachable("an attempt of no kind");
}

llvm::Expected<std::unique_ptr<Ledger>> openLedger(llvm::StringRef folder, Access access) {
  std::string path = (folder + "/state.db").str();
  std::optional<db::Database> database;
  if (access == Access::Write) {
    auto opened = db::openState(path, ledgerSchema());
    if (!opened)
      return opened.takeError();
    database = std::move(*opened);
  } else {
    auto opened = db::openStateForReading(path, ledgerSchema());
    if (!opened)
      return opened.takeError();
    database = std::move(*opened);
  }
  return std::make_unique<Ledger>(folder.str(), std::move(database));
}

llvm::Error Ledger::writeState(llvm::StringRef environment, const State& state) {
  auto write = database_->prepare(
      "INSERT OR REPLACE INTO environments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
      "?12, ?13, ?14, ?15, ?16)");
  if (!write)
    return write.takeError();
  std::optional<base::Digest> recorded;
  if (state.recorded.kind == Recorded::Kind::Release)
    recorded = state.recorded.release;
  std::optional<std::string> freezeBy;
  std::optional<std::string> freezeReason;
  std::optional<int64_t> freezeUntil;
  if (state.freeze) {
    freezeBy = state.freeze->by;
    freezeReason = state.freeze->reason;
    freezeUntil = state.freeze->until;
  }
  std::optional<base::Digest> holdRelease;
  std::optional<std::string> holdBy;
  std::optional<std::string> holdReason;
  if (state.hold) {
    holdRelease = state.hold->release;
    holdBy = state.hold->by;
    holdReason = state.hold->reason;
  }
  return write->execute(
      environment, static_cast<int64_t>(state.generation), state.desired,
      static_cast<int>(state.recorded.kind), recorded, static_cast<int>(state.verified),
      state.stable, static_cast<int>(state.observed.kind), state.observed.identity, freezeBy,
      freezeReason, freezeUntil, holdRelease, holdBy, holdReason, encodeOrigin(state.origin));
}

llvm::Error Ledger::writeRelease(llvm::StringRef environment, const Release& release) {
  auto write = database_->prepare(
      "INSERT INTO releases (environment, id, body, url, execution, created) "
      "VALUES (?1, ?2, ?3, '', ?4, ?5) ON CONFLICT DO UPDATE SET "
      "body = excluded.body, execution = excluded.execution, created = excluded.created");
  if (!write)
    return write.takeError();
  return write->execute(environment, release.id, encodeRelease(release), release.execution,
                        release.created);
}

llvm::Expected<int64_t> Ledger::writeLog(const Attempt& attempt, const Recorded& from,
                                         uint64_t generation) {
  auto write = database_->prepare(
      "INSERT INTO log (environment, kind, release, from_kind, from_release, generation, "
      "execution, actor, approvals, started, origin) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  if (!write)
    return write.takeError();
  std::optional<base::Digest> fromRelease;
  if (from.kind == Recorded::Kind::Release)
    fromRelease = from.release;
  if (llvm::Error error = write->execute(
          attempt.environment, static_cast<int>(attempt.kind), attempt.release,
          static_cast<int>(from.kind), fromRelease, static_cast<int64_t>(generation),
          attempt.execution, attempt.actor, attempt.approvals, now(), encodeOrigin(attempt.origin)))
    return error;
  return database_->lastInsertId();
}

llvm::Error Ledger::endLog(int64_t sequence, llvm::StringRef result) {
  auto write = database_->prepare("UPDATE log SET finished = ?2, result = ?3 WHERE sequence = ?1");
  if (!write)
    return write.takeError();
  return write->execute(sequence, now(), result);
}

llvm::Expected<Ledger::Begun> Ledger::begin(const Attempt& attempt, const Release* release,
                                            Guard guard) {
  std::lock_guard lock(mutex_);
  auto transaction = db::Transaction::begin(*database_);
  if (!transaction)
    return transaction.takeError();
  auto before = readState(attempt.environment);
  if (!before)
    return before.takeError();
  if (std::optional<std::string> refusal = guard ? guard(*before) : std::nullopt)
    return Begun{0, 0, std::move(refusal)};
  Event event;
  event.kind = attempt.kind == AttemptKind::Rollback ? EventKind::Rollback : EventKind::Begin;
  event.release = attempt.release;
  event.undone = attempt.undone;
  event.by = attempt.by;
  event.text = attempt.reason;
  event.origin = attempt.origin;
  std::optional<State> after = next(*before, event);
  assert(after && "an intent is never too late");
  if (release)
    if (llvm::Error error = writeRelease(attempt.environment, *release))
      return error;
  if (llvm::Error error = writeState(attempt.environment, *after))
    return error;
  auto sequence = writeLog(attempt, before->recorded, after->generation);
  if (!sequence)
    return sequence.takeError();
  if (llvm::Error error = transaction->commit())
    return error;
  return Begun{*sequence, after->generation, std::nullopt};
}

llvm::Expected<bool> Ledger::end(const Attempt& attempt, const Begun& begun, bool succeeded,
                                 llvm::StringRef url) {
  std::lock_guard lock(mutex_);
  auto transaction = db::Transaction::begin(*database_);
  if (!transaction)
    return transaction.takeError();
  auto before = readState(attempt.environment);
  if (!before)
    return before.takeError();
  bool current = before->generation == begun.generation;
  Event event;
  event.kind = succeeded ? EventKind::Succeed : EventKind::Abandon;
  event.generation = begun.generation;
  event.release = attempt.release;
  if (std::optional<State> after = next(*before, event))
    if (llvm::Error error = writeState(attempt.environment, *after))
      return error;
  if (llvm::Error error =
          endLog(begun.sequence, !succeeded ? "failed" : (current ? "succeeded" : "superseded")))
    return error;
  if (succeeded && current) {
    auto write =
        database_->prepare("UPDATE releases SET url = ?3 WHERE environment = ?1 AND id = ?2");
    if (!write)
      return write.takeError();
    if (llvm::Error error = write->execute(attempt.environment, attempt.release, url))
      return error;
  }
  if (llvm::Error error = transaction->commit())
    return error;
  return current;
}

llvm::Error Ledger::logUntouched(const Attempt& attempt, llvm::StringRef result, bool confirms) {
  std::lock_guard lock(mutex_);
  auto transaction = db::Transaction::begin(*database_);
  if (!transaction)
    return transaction.takeError();
  auto state = readState(attempt.environment);
  if (!state)
    return state.takeError();
  auto sequence = writeLog(attempt, state->recorded, state->generation);
  if (!sequence)
    return sequence.takeError();
  if (llvm::Error error = endLog(*sequence, result))
    return error;
  if (confirms) {
    Event event;
    event.kind = EventKind::Confirm;
    event.generation = state->generation;
    event.origin = attempt.origin;
    if (std::optional<State> after = next(*state, event); after && *after != *state)
      if (llvm::Error error = writeState(attempt.environment, *after))
        return error;
  }
  return transaction->commit();
}

llvm::Error Ledger::logNoOp(const Attempt& attempt, bool confirms) {
  return logUntouched(attempt, "succeeded", confirms);
}

llvm::Error Ledger::logSuperseded(const Attempt& attempt) {
  return logUntouched(attempt, "superseded", /*confirms=*/false);
}

llvm::Error Ledger::noteSettled(llvm::StringRef environment, const base::Digest& release) {
  auto write =
      database_->prepare("UPDATE releases SET settled = ?3 WHERE environment = ?1 AND id = ?2");
  if (!write)
    return write.takeError();
  return write->execute(environment, release, now());
}

llvm::Expected<bool> Ledger::apply(llvm::StringRef environment, const Event& event) {
  std::lock_guard lock(mutex_);
  auto transaction = db::Transaction::begin(*database_);
  if (!transaction)
    return transaction.takeError();
  auto before = readState(environment);
  if (!before)
    return before.takeError();
  std::optional<State> after = next(*before, event);
  if (!after || *after == *before)
    return after.has_value();
  if (llvm::Error error = writeState(environment, *after))
    return error;
  if (event.kind == EventKind::Settle)
    if (llvm::Error error = noteSettled(environment, *after->stable))
      return error;
  if (llvm::Error error = transaction->commit())
    return error;
  return true;
}

llvm::Error Ledger::keepLivePass(const base::Digest& key, llvm::StringRef environment,
                                 uint64_t generation, const LiveResult& result) {
  std::lock_guard lock(mutex_);
  auto transaction = db::Transaction::begin(*database_);
  if (!transaction)
    return transaction.takeError();
  // No test ever looks at an earlier generation again.
  auto forget =
      database_->prepare("DELETE FROM live_passes WHERE environment = ?1 AND generation < ?2");
  if (!forget)
    return forget.takeError();
  if (llvm::Error error = forget->execute(environment, static_cast<int64_t>(generation)))
    return error;
  auto write = database_->prepare("INSERT OR REPLACE INTO live_passes VALUES (?1, ?2, ?3, ?4, ?5, "
                                  "?6, ?7, ?8, ?9, ?10, ?11)");
  if (!write)
    return write.takeError();
  if (llvm::Error error = write->execute(key, environment, static_cast<int64_t>(generation),
                                         result.execution, result.started, result.durationMs,
                                         result.cpuMs, static_cast<int64_t>(result.peakMemory),
                                         result.stdoutDigest, result.stderrDigest, result.report))
    return error;
  return transaction->commit();
}

} // namespace pipec::environment
