// The memory of a workspace as an untrusted run has it.
#pragma once

#include "runtime/exec/build.h"

namespace pipec::engine {

/// What `resolve` answers in an untrusted run is for untrusted runs alone: a trusted one with
/// `--offline` would fetch what it names. All else that is remembered only gives reasons and an
/// order, and is shared.
class UntrustedMemory final : public exec::Memory {
public:
  explicit UntrustedMemory(exec::Memory& shared) : memory(shared) {}

  std::optional<std::string> lastIdentity(const base::Digest& question) override {
    auto own = memory.lastIdentity(ownName(question));
    return own ? own : memory.lastIdentity(question);
  }
  void rememberIdentity(const base::Digest& question, llvm::StringRef identity) override {
    memory.rememberIdentity(ownName(question), identity);
  }
  std::optional<base::Digest> lastKey(llvm::StringRef label) override {
    return memory.lastKey(label);
  }
  void rememberKey(llvm::StringRef label, const base::Digest& key) override {
    memory.rememberKey(label, key);
  }
  std::optional<base::Digest> lastFailure(llvm::StringRef label) override {
    return memory.lastFailure(label);
  }
  std::optional<int64_t> lastDurationMs(llvm::StringRef label) override {
    return memory.lastDurationMs(label);
  }

private:
  /// No question has it: questions are digests of fields.
  static base::Digest ownName(const base::Digest& question) {
    return base::digestOf("untrusted " + question.hex());
  }

  exec::Memory& memory;
};

} // namespace pipec::engine
