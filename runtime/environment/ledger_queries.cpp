// The ledger's queries. None of them writes, and without a database all find nothing.
#include "compiler/base/error.h"
#include "runtime/environment/ledger.h"

namespace pipec::environment {

static constexpr llvm::StringLiteral StateColumns =
    "generation, desired, recorded_kind, recorded, verified, stable, observed_kind, observed, "
    "freeze_by, freeze_reason, freeze_until, hold_release, hold_by, hold_reason, origin";
static constexpr llvm::StringLiteral LogColumns =
    "sequence, environment, kind, release, from_kind, from_release, generation, execution, actor, "
    "approvals, result, started, finished, origin";

/// One that cannot be read orders nothing; it is no reason to stop a deploy.
static std::optional<Origin> originOf(const db::Row& row, int column) {
  auto origin = decodeOrigin(row.text(column));
  if (origin)
    return std::move(*origin);
  llvm::consumeError(origin.takeError());
  return std::nullopt;
}

/// `row` has StateColumns from column `at` on.
static State stateOf(const db::Row& row, int at) {
  State state;
  state.generation = static_cast<uint64_t>(row.integer(at));
  state.desired = row.digest(at + 1);
  state.recorded.kind = static_cast<Recorded::Kind>(row.integer(at + 2));
  state.recorded.release = row.digest(at + 3).value_or(base::Digest{});
  state.verified = static_cast<Verified>(row.integer(at + 4));
  state.stable = row.digest(at + 5);
  state.observed.kind = static_cast<Observed::Kind>(row.integer(at + 6));
  state.observed.identity = row.text(at + 7).str();
  if (!row.isNull(at + 8)) {
    state.freeze = Freeze{row.text(at + 8).str(), row.text(at + 9).str(), std::nullopt};
    if (!row.isNull(at + 10))
      state.freeze->until = row.integer(at + 10);
  }
  if (auto release = row.digest(at + 11))
    state.hold = Hold{*release, row.text(at + 12).str(), row.text(at + 13).str()};
  state.origin = originOf(row, at + 14);
  return state;
}

llvm::Expected<State> Ledger::readState(llvm::StringRef environment) {
  State state;
  if (!database_)
    return state;
  auto read = database_->prepare(
      ("SELECT " + StateColumns + " FROM environments WHERE identity = ?1").str());
  if (!read)
    return read.takeError();
  auto found = read->first([&](const db::Row& row) { state = stateOf(row, 0); }, environment);
  if (!found)
    return found.takeError();
  return state;
}

llvm::Expected<State> Ledger::state(llvm::StringRef environment) {
  std::lock_guard lock(mutex_);
  return readState(environment);
}

llvm::Expected<std::vector<EnvironmentStatus>> Ledger::environments() {
  std::lock_guard lock(mutex_);
  std::vector<EnvironmentStatus> all;
  if (!database_)
    return all;
  auto read = database_->prepare(("SELECT identity, (SELECT url FROM releases WHERE environment = "
                                  "identity AND id = recorded), " +
                                  StateColumns + " FROM environments ORDER BY identity")
                                     .str());
  if (!read)
    return read.takeError();
  auto add = [&](const db::Row& row) {
    all.push_back({row.text(0).str(), stateOf(row, 2), row.text(1).str(), std::nullopt});
  };
  if (llvm::Error error = read->each(add))
    return error;
  for (EnvironmentStatus& status : all) {
    auto made = readMaking(status.identity, status.state.generation);
    if (!made)
      return made.takeError();
    status.made = std::move(*made);
  }
  return all;
}

/// `row` has LogColumns.
static LogEntry entryOf(const db::Row& row) {
  LogEntry entry;
  entry.sequence = row.integer(0);
  entry.environment = row.text(1).str();
  entry.kind = static_cast<AttemptKind>(row.integer(2));
  entry.release = row.digest(3).value_or(base::Digest{});
  entry.from.kind = static_cast<Recorded::Kind>(row.integer(4));
  entry.from.release = row.digest(5).value_or(base::Digest{});
  entry.generation = static_cast<uint64_t>(row.integer(6));
  entry.execution = row.text(7).str();
  entry.actor = row.text(8).str();
  entry.approvals = row.text(9).str();
  entry.result = row.text(10).str();
  entry.started = row.integer(11);
  entry.finished = row.integer(12);
  entry.origin = originOf(row, 13);
  return entry;
}

/// What began a generation is its first entry: those that left everything as it was come later.
llvm::Expected<std::optional<LogEntry>> Ledger::readMaking(llvm::StringRef environment,
                                                           uint64_t generation) {
  auto read = database_->prepare(("SELECT " + LogColumns +
                                  " FROM log WHERE environment = ?1 AND generation = ?2 "
                                  "ORDER BY sequence LIMIT 1")
                                     .str());
  if (!read)
    return read.takeError();
  std::optional<LogEntry> entry;
  auto found = read->first([&](const db::Row& row) { entry = entryOf(row); }, environment,
                           static_cast<int64_t>(generation));
  if (!found)
    return found.takeError();
  return entry;
}

llvm::Error Ledger::readLog(llvm::StringRef environment, size_t limit,
                            std::vector<LogEntry>& entries) {
  auto read = database_->prepare(
      ("SELECT " + LogColumns + " FROM log WHERE environment = ?1 ORDER BY sequence DESC LIMIT ?2")
          .str());
  if (!read)
    return read.takeError();
  auto add = [&](const db::Row& row) { entries.push_back(entryOf(row)); };
  return read->each(add, environment, static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX)));
}

llvm::Expected<std::vector<LogEntry>> Ledger::log(llvm::StringRef environment, size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<LogEntry> entries;
  if (database_)
    if (llvm::Error error = readLog(environment, limit, entries))
      return error;
  return entries;
}

llvm::Expected<std::optional<Release>> Ledger::release(llvm::StringRef environment,
                                                       const base::Digest& id) {
  std::lock_guard lock(mutex_);
  if (!database_)
    return std::nullopt;
  auto read = database_->prepare(
      "SELECT body, url, execution, created FROM releases WHERE environment = ?1 AND id = ?2");
  if (!read)
    return read.takeError();
  std::string body;
  Release rest;
  auto take = [&](const db::Row& row) {
    body = row.text(0).str();
    rest.url = row.text(1).str();
    rest.execution = row.text(2).str();
    rest.created = row.integer(3);
  };
  auto found = read->first(take, environment, id);
  if (!found)
    return found.takeError();
  if (!*found)
    return std::nullopt;
  auto release = decodeRelease(body);
  if (!release)
    return base::worldError("`" + database_->path() + "`: release " + id.shortHex() + " of " +
                            environment + ": " + llvm::toString(release.takeError()));
  release->id = id;
  release->url = std::move(rest.url);
  release->execution = std::move(rest.execution);
  release->created = rest.created;
  return std::optional(std::move(*release));
}

llvm::Expected<Release> Ledger::existingRelease(llvm::StringRef environment,
                                                const base::Digest& id) {
  auto found = release(environment, id);
  if (!found)
    return found.takeError();
  if (!*found)
    return base::worldError("the deploy state in `" + stateFolder_ + "` lacks release " +
                            id.shortHex() + " of `" + environment +
                            "`, which it names; restore it from a backup");
  return std::move(**found);
}

llvm::Expected<std::vector<StableRelease>> Ledger::stableReleases(llvm::StringRef environment) {
  std::lock_guard lock(mutex_);
  std::vector<StableRelease> releases;
  if (!database_)
    return releases;
  auto read = database_->prepare(
      "SELECT id, settled, (SELECT origin FROM log WHERE log.environment = ?1 AND "
      "log.release = id AND result = 'succeeded' AND origin <> '' ORDER BY sequence DESC LIMIT 1) "
      "FROM releases WHERE environment = ?1 AND settled IS NOT NULL ORDER BY settled DESC, id");
  if (!read)
    return read.takeError();
  auto add = [&](const db::Row& row) {
    if (auto id = row.digest(0); id && !id->isOldName())
      releases.push_back({*id, row.integer(1), originOf(row, 2)});
  };
  if (llvm::Error error = read->each(add, environment))
    return error;
  return releases;
}

llvm::Expected<bool> Ledger::hadStableUnderOldName(llvm::StringRef environment) {
  std::lock_guard lock(mutex_);
  if (!database_)
    return false;
  auto read = database_->prepare("SELECT 1 FROM releases WHERE environment = ?1 AND settled IS NOT "
                                 "NULL AND length(id) = ?2");
  if (!read)
    return read.takeError();
  return read->first([](const db::Row&) {}, environment, base::Digest::OldNameSize);
}

llvm::Expected<std::optional<LiveResult>> Ledger::livePass(const base::Digest& key) {
  std::lock_guard lock(mutex_);
  if (!database_)
    return std::nullopt;
  auto read =
      database_->prepare("SELECT execution, started, duration, cpu, memory, stdout, stderr, "
                         "report FROM live_passes WHERE key = ?1");
  if (!read)
    return read.takeError();
  LiveResult result;
  auto take = [&](const db::Row& row) {
    result.execution = row.text(0).str();
    result.started = row.integer(1);
    result.durationMs = row.integer(2);
    result.cpuMs = row.integer(3);
    result.peakMemory = static_cast<uint64_t>(row.integer(4));
    result.stdoutDigest = row.digest(5).value_or(base::Digest{});
    result.stderrDigest = row.digest(6).value_or(base::Digest{});
    result.report = row.digest(7);
  };
  auto found = read->first(take, key);
  if (!found)
    return found.takeError();
  return *found ? std::optional(std::move(result)) : std::nullopt;
}

} // namespace pipec::environment
