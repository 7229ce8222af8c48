// LabelMemory: what earlier executions of one pipeline left for the next.
#pragma once

#include "runtime/exec/build.h"
#include "runtime/history/history.h"

#include "llvm/ADT/StringMap.h"

namespace pipec::history {

/// Its methods may be called from several threads.
class LabelMemory final : public exec::Memory {
public:
  LabelMemory(History& history, std::string module, std::string pipeline)
      : history_(history), module_(std::move(module)), pipeline_(std::move(pipeline)) {}

  std::optional<std::string> lastIdentity(const base::Digest& sourceKey) override;
  void rememberIdentity(const base::Digest& sourceKey, llvm::StringRef identity) override;
  std::optional<base::Digest> lastKey(llvm::StringRef label) override;
  void rememberKey(llvm::StringRef label, const base::Digest& key) override;
  std::optional<base::Digest> lastFailure(llvm::StringRef label) override;
  std::optional<int64_t> lastDurationMs(llvm::StringRef label) override;

  void rememberFailure(llvm::StringRef label, const base::Digest& key);

  void rememberDuration(llvm::StringRef label, int64_t durationMs);
  /// lastKey() as it was when this process began.
  std::optional<base::Digest> keyAtStart(llvm::StringRef label);

  /// Writes what has changed, as part of the caller's transaction.
  llvm::Error save(db::Database& database);

private:
  struct Entry {
    std::optional<base::Digest> key;
    std::optional<base::Digest> failedKey; ///< if it failed the last time
    int64_t durationMs = -1;               ///< -1: never ran
    std::optional<base::Digest> keyAtStart;
    bool changed = false;
  };
  using Entries = llvm::StringMap<Entry>;

  void load();
  llvm::Error saveBucket(db::Database& database, uint64_t bucket);
  static llvm::Error decode(llvm::StringRef bytes,
                            llvm::function_ref<void(llvm::StringRef, Entry)> use);

  History& history_;
  std::string module_;
  std::string pipeline_;
  bool loaded_ = false;
  Entries entries_;
};

} // namespace pipec::history
