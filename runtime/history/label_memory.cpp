// What is remembered of labels. A label is in the bucket that its hash says, so that a change
// rewrites a small part of all. An entry of a bucket: label, a set of flags (1: a key, 2: a key
// that failed, 4: these are digests and no old names), these keys, and the duration + 1; in the
// order of labels.
#include "runtime/history/label_memory.h"

#include "compiler/base/error.h"
#include "compiler/base/fast_hash.h"
#include "runtime/history/node_codec.h"

#include <map>
#include <set>

namespace pipec::history {

static constexpr uint64_t BucketCount = 64;
static constexpr uint64_t HasKey = 1, HasFailedKey = 2, HasDigests = 4;

static uint64_t bucketOf(llvm::StringRef label) {
  return base::checksumOf(label).low % BucketCount;
}

llvm::Error LabelMemory::decode(llvm::StringRef bytes,
                                llvm::function_ref<void(llvm::StringRef, Entry)> use) {
  PieceReader reader(bytes);
  while (!reader.atEnd()) {
    llvm::StringRef label = reader.text();
    Entry entry;
    uint64_t flags = reader.number();
    // No key of today is like an old one.
    bool areDigests = flags & HasDigests;
    for (auto [flag, key] :
         {std::pair(HasKey, &entry.key), std::pair(HasFailedKey, &entry.failedKey)})
      if (flags & flag && areDigests)
        *key = reader.digest();
      else if (flags & flag)
        reader.oldName();
    entry.durationMs = static_cast<int64_t>(reader.number()) - 1;
    entry.keyAtStart = entry.key;
    if (reader.failed)
      return base::worldError("what is remembered of labels is recorded wrongly");
    use(label, std::move(entry));
  }
  return llvm::Error::success();
}

/// Under the history's mutex.
void LabelMemory::load() {
  if (std::exchange(loaded_, true) || !history_.database_)
    return;
  auto read = history_.database_->prepare(
      "SELECT entries FROM labels WHERE module = ?1 AND pipeline = ?2 ORDER BY bucket");
  if (!read)
    return history_.giveUp(read.takeError());
  llvm::Error problem = llvm::Error::success();
  auto add = [&](const db::Row& row) {
    auto keep = [&](llvm::StringRef label, Entry entry) { entries_[label] = std::move(entry); };
    problem = llvm::joinErrors(std::move(problem), decode(row.blob(0), keep));
  };
  llvm::Error error = read->each(add, module_, pipeline_);
  if (llvm::Error all = llvm::joinErrors(std::move(problem), std::move(error)))
    history_.giveUp(std::move(all));
}

std::optional<std::string> LabelMemory::lastIdentity(const base::Digest& sourceKey) {
  std::lock_guard lock(history_.mutex_);
  if (!history_.database_)
    return std::nullopt;
  auto read = history_.database_->prepare("SELECT identity FROM identities WHERE question = ?1");
  if (!read) {
    history_.giveUp(read.takeError());
    return std::nullopt;
  }
  std::string identity;
  auto found = read->first([&](const db::Row& row) { identity = row.text(0).str(); }, sourceKey);
  if (!found) {
    history_.giveUp(found.takeError());
    return std::nullopt;
  }
  return *found ? std::optional(std::move(identity)) : std::nullopt;
}

void LabelMemory::rememberIdentity(const base::Digest& sourceKey, llvm::StringRef identity) {
  std::lock_guard lock(history_.mutex_);
  if (history_.readOnly_ || lastIdentity(sourceKey) == identity.str() || !history_.database_)
    return;
  auto write = history_.database_->prepare("INSERT OR REPLACE INTO identities VALUES (?1, ?2)");
  if (!write)
    return history_.giveUp(write.takeError());
  if (llvm::Error error = write->execute(sourceKey, identity))
    history_.giveUp(std::move(error));
}

std::optional<base::Digest> LabelMemory::lastKey(llvm::StringRef label) {
  std::lock_guard lock(history_.mutex_);
  load();
  auto found = entries_.find(label);
  return found == entries_.end() ? std::nullopt : found->second.key;
}

std::optional<base::Digest> LabelMemory::keyAtStart(llvm::StringRef label) {
  std::lock_guard lock(history_.mutex_);
  load();
  auto found = entries_.find(label);
  return found == entries_.end() ? std::nullopt : found->second.keyAtStart;
}

void LabelMemory::rememberKey(llvm::StringRef label, const base::Digest& key) {
  std::lock_guard lock(history_.mutex_);
  load();
  Entry& entry = entries_[label];
  entry.changed |= entry.key != key || entry.failedKey;
  entry.key = key;
  entry.failedKey.reset();
}

std::optional<base::Digest> LabelMemory::lastFailure(llvm::StringRef label) {
  std::lock_guard lock(history_.mutex_);
  load();
  auto found = entries_.find(label);
  return found == entries_.end() ? std::nullopt : found->second.failedKey;
}

void LabelMemory::rememberFailure(llvm::StringRef label, const base::Digest& key) {
  std::lock_guard lock(history_.mutex_);
  load();
  Entry& entry = entries_[label];
  entry.changed |= entry.failedKey != key;
  entry.failedKey = key;
}

std::optional<int64_t> LabelMemory::lastDurationMs(llvm::StringRef label) {
  std::lock_guard lock(history_.mutex_);
  load();
  auto found = entries_.find(label);
  if (found == entries_.end() || found->second.durationMs < 0)
    return std::nullopt;
  return found->second.durationMs;
}

void LabelMemory::rememberDuration(llvm::StringRef label, int64_t durationMs) {
  std::lock_guard lock(history_.mutex_);
  load();
  Entry& entry = entries_[label];
  entry.changed |= entry.durationMs != durationMs;
  entry.durationMs = durationMs;
}

/// Merges with what is there by now: another process may have built other targets meanwhile.
llvm::Error LabelMemory::saveBucket(db::Database& database, uint64_t bucket) {
  std::map<std::string, Entry> all;
  auto read = database.prepare(
      "SELECT entries FROM labels WHERE module = ?1 AND pipeline = ?2 AND bucket = ?3");
  if (!read)
    return read.takeError();
  llvm::Error problem = llvm::Error::success();
  auto add = [&](const db::Row& row) {
    auto keep = [&](llvm::StringRef label, Entry entry) { all[label.str()] = std::move(entry); };
    problem = decode(row.blob(0), keep);
  };
  auto found = read->first(add, module_, pipeline_, bucket);
  if (!found)
    return llvm::joinErrors(std::move(problem), found.takeError());
  if (problem)
    return problem;
  for (const auto& entry : entries_)
    if (entry.second.changed && bucketOf(entry.first()) == bucket)
      all[entry.first().str()] = entry.second;
  std::string bytes;
  for (const auto& [label, entry] : all) {
    putText(bytes, label);
    putNumber(bytes, (entry.key ? HasKey : 0) | (entry.failedKey ? HasFailedKey : 0) | HasDigests);
    for (const auto& key : {entry.key, entry.failedKey})
      if (key)
        putDigest(bytes, *key);
    putNumber(bytes, static_cast<uint64_t>(entry.durationMs + 1));
  }
  auto write = database.prepare("INSERT OR REPLACE INTO labels VALUES (?1, ?2, ?3, ?4)");
  if (!write)
    return write.takeError();
  return write->execute(module_, pipeline_, bucket, db::Blob{bytes});
}

llvm::Error LabelMemory::save(db::Database& database) {
  std::set<uint64_t> buckets;
  for (const auto& entry : entries_)
    if (entry.second.changed)
      buckets.insert(bucketOf(entry.first()));
  for (uint64_t bucket : buckets)
    if (llvm::Error error = saveBucket(database, bucket))
      return error;
  for (auto& entry : entries_)
    entry.second.changed = false;
  return llvm::Error::success();
}

} // namespace pipec::history
