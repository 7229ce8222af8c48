// HelperClient: pipec's side of the sandbox helper: its start, its slots, and their messages.
#pragma once

#include "runtime/sandbox/failure.h"
#include "runtime/sandbox/spawn.h"
#include "runtime/sandbox/wire.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <vector>

namespace pipec::sandbox {

/// One slot of the helper, which has one root open at a time.
class SlotConnection {
public:
  explicit SlotConnection(int socket) : socket(socket) {}
  ~SlotConnection();
  SlotConnection(const SlotConnection&) = delete;
  SlotConnection& operator=(const SlotConnection&) = delete;

  /// May be called from any thread; whole messages never mix.
  llvm::Error send(const MessageWriter& message, llvm::ArrayRef<int> descriptors = {});
  /// For a caller that has to send its message before anyone else's; hold `sending`.
  llvm::Error sendLocked(const MessageWriter& message, llvm::ArrayRef<int> descriptors = {});
  /// The next answer. A Failed becomes an error, with `context` before the helper's sentence.
  /// The reader is valid until the next call.
  llvm::Expected<MessageReader> receive(llvm::StringRef context);

  std::mutex sending;

private:
  int socket;
  MessageBuffer buffer;
};

/// The helper process, and its idle slots. Safe to use from several threads.
class HelperClient {
public:
  /// Starts the helper and, if `isolated`, has it make the shared part of all roots; an error says
  /// which part of that the machine refuses. `stagingFolder`: an empty folder that nothing else
  /// uses, or "".
  static llvm::Expected<std::unique_ptr<HelperClient>> start(bool isolated,
                                                             llvm::StringRef stagingFolder);
  ~HelperClient();

  llvm::Expected<std::unique_ptr<SlotConnection>> takeSlot(Network network);
  /// For a slot whose root was closed.
  void giveBack(std::unique_ptr<SlotConnection> slot, Network network);

private:
  explicit HelperClient(int socket) : master(std::make_unique<SlotConnection>(socket)) {}

  std::unique_ptr<SlotConnection> master;
  pid_t process = 0;
  std::mutex mutex;
  std::vector<std::unique_ptr<SlotConnection>> idle[2]; ///< by Network
};

} // namespace pipec::sandbox
