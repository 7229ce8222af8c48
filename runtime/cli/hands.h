// Hands: a session for what a person does to environments by a command, without a plan.
#pragma once

#include "runtime/cli/arguments.h"
#include "runtime/cli/options.h"
#include "runtime/cli/streams.h"
#include "runtime/engine/session.h"
#include "runtime/environment/lock.h"

#include <memory>

namespace pipec::cli {

/// Isolation, the network, and how long to wait for an environment that is in use.
std::vector<Option> handOptions();

class Hands {
public:
  /// Makes what is missing of the workspace's state; reads its configuration.
  static llvm::Expected<std::unique_ptr<Hands>> open(const workspace::Workspace& workspace,
                                                     const CommonSettings& common,
                                                     const Arguments& arguments, Streams& io);

  environment::Operator& hands() { return *acts; }
  cas::ContentStore& store() { return session->store(); }
  void interrupt() { cancellation.interrupt(); }
  bool wasInterrupted() const { return cancellation.isRequested(); }
  /// Tells whom it waits for. Ends with the Hands.
  environment::EnvironmentLock::Wait wait(const std::string& environment);

private:
  explicit Hands(Streams& streams) : io(streams) {}

  Streams& io;
  std::chrono::milliseconds patience{0};
  std::string waitsFor;
  exec::Cancellation cancellation;
  std::unique_ptr<engine::Session> session;
  std::optional<environment::Operator> acts;
  std::function<void(llvm::StringRef)> tell;
  std::function<bool()> interrupted;
};

} // namespace pipec::cli
