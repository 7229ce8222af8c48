// WaitingPlace: the executions that wait for one environment, across processes.
#pragma once

#include "runtime/environment/origin.h"

#include <memory>
#include <vector>

namespace pipec::environment {

struct Waiter {
  std::string execution;
  Origin origin; ///< of what it wants to put there
  /// Whose turn is first, where both stay: by the time of resolving.
  bool isBefore(const Waiter& other) const;
};

/// A file in `locks/NAME-DIGEST.waiting/` of the state folder for each that waits, called after its
/// execution and process, with its origin as content. Its process has it locked (flock(2)), so that
/// one whose process has died is known for that, and removed by whoever sees it.
class WaitingPlace {
public:
  static llvm::Expected<std::unique_ptr<WaitingPlace>>
  enter(llvm::StringRef state, llvm::StringRef environment, Waiter me);
  ~WaitingPlace();
  WaitingPlace(const WaitingPlace&) = delete;
  WaitingPlace& operator=(const WaitingPlace&) = delete;

  /// Who else waits now, in their order. One whose file cannot be read does not count.
  std::vector<Waiter> others() const;

private:
  WaitingPlace(std::string folder, std::string name, int open, Waiter who)
      : folder_(std::move(folder)), name_(std::move(name)), file_(open), me_(std::move(who)) {}
  std::string path(llvm::StringRef name) const { return (folder_ + "/" + name).str(); }

  std::string folder_;
  std::string name_;
  int file_;
  Waiter me_;
};

} // namespace pipec::environment
