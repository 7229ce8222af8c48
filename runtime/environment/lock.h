// EnvironmentLock: one effect at a time on an environment, across processes.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <memory>
#include <string>

namespace pipec::environment {

/// `locks/NAME-DIGEST` with the suffix, in the state folder; digest: of the environment's identity.
std::string lockFile(llvm::StringRef folder, llvm::StringRef environment, llvm::StringRef suffix);

/// A flock(2) on `locks/NAME-DIGEST.lock` in the state folder, held until the last copy of its
/// descriptor is closed. A step's init keeps a copy (sandbox::Spawn::heldDescriptor), so that the
/// lock outlives a killed pipec for as long as the step's processes do. The file is never removed;
/// its content says who holds it, for people only.
class EnvironmentLock {
public:
  struct Wait {
    std::chrono::milliseconds timeout{0};
    /// Called once, when the lock is not free: who holds it, as that one wrote it.
    llvm::function_ref<void(llvm::StringRef holder)> onWait;
    /// Asked all the time while waiting; true ends it.
    llvm::function_ref<bool()> interrupted;
    /// Asked before each try; false: someone else is to have it first. Null: nobody is.
    llvm::function_ref<bool()> isNext = nullptr;
  };
  /// `holder`: what others are told. Null: still held by someone when the wait was over.
  static llvm::Expected<std::unique_ptr<EnvironmentLock>> acquire(llvm::StringRef state,
                                                                  llvm::StringRef environment,
                                                                  llvm::StringRef holder,
                                                                  const Wait& wait);

  ~EnvironmentLock();
  EnvironmentLock(const EnvironmentLock&) = delete;
  EnvironmentLock& operator=(const EnvironmentLock&) = delete;

  int descriptor() const { return file_; }

private:
  explicit EnvironmentLock(int descriptor) : file_(descriptor) {}

  int file_;
};

} // namespace pipec::environment
