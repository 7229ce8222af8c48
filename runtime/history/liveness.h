// Liveness: which executions have a living process.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace pipec::history {

/// One byte of `executions.lock` for each execution, locked (an open-file-description lock,
/// fcntl(2)) by the process that runs it: the kernel lets go of it however the process ends.
class Liveness {
public:
  /// The byte of whoever replaces a broken history; executions count from 1.
  static constexpr int64_t Replacing = 0;

  /// For queries the file is neither made nor written.
  Liveness(llvm::StringRef stateFolder, bool mayWrite);
  ~Liveness();
  Liveness(const Liveness&) = delete;
  Liveness& operator=(const Liveness&) = delete;

  /// Holds the byte until the process ends, or `release`. False: another has it, or there is no
  /// file.
  bool hold(int64_t number);
  void release(int64_t number);
  /// Whether some process, this one included, holds it.
  bool isHeld(int64_t number) const;

private:
  int file_ = -1;
  int probe_ = -1; ///< locks are per open file: one's own are seen through another one only
};

} // namespace pipec::history
