// Finding a process of this machine again.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace pipec::host {

/// This process in words that others can keep: its number, the namespace in which that counts, and
/// the boot of the machine.
std::string describeThisProcess();

/// A process, and never another one that has its number by now.
class Process {
public:
  /// nullopt: it has ended, or it is not of this boot and namespace (`isHere`).
  static std::optional<Process> open(llvm::StringRef description);
  /// Whether a description is of this machine, boot and container.
  static bool isHere(llvm::StringRef description);

  Process(Process&& other) noexcept : descriptor(std::exchange(other.descriptor, -1)) {}
  Process& operator=(Process&&) = delete;
  ~Process();

  /// An error if it may not be sent. That the process has ended is none.
  llvm::Error signal(int number);

private:
  explicit Process(int open) : descriptor(open) {}
  int descriptor; ///< a pidfd
};

} // namespace pipec::host
