// Starting the helper and talking to it.
#include "runtime/sandbox/helper_client.h"

#include "compiler/base/error.h"
#include "runtime/sandbox/helper.h"
#include "runtime/sandbox/root_plan.h"

#include "llvm/ADT/ScopeExit.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipec::sandbox {

SlotConnection::~SlotConnection() {
  ::close(socket);
  if (buffer.memory)
    ::munmap(buffer.memory, buffer.capacity);
}

llvm::Error SlotConnection::sendLocked(const MessageWriter& message,
                                       llvm::ArrayRef<int> descriptors) {
  if (sendMessage(socket, message.message(), descriptors))
    return llvm::Error::success();
  return base::systemError("the sandbox helper is gone", errno);
}

llvm::Error SlotConnection::send(const MessageWriter& message, llvm::ArrayRef<int> descriptors) {
  std::lock_guard lock(sending);
  return sendLocked(message, descriptors);
}

llvm::Expected<MessageReader> SlotConnection::receive(llvm::StringRef context) {
  Received received = receiveMessage(socket, buffer);
  if (received == Received::Error)
    return base::systemError(context + ": no answer from the sandbox helper", errno);
  if (received == Received::EndOfStream)
    return base::worldError(context + ": the sandbox helper was killed");
  buffer.closeDescriptors();
  MessageReader message = buffer.reader();
  MessageReader whole = message;
  if (static_cast<MessageKind>(message.number()) != MessageKind::Failed)
    return whole;
  int reason = static_cast<int>(message.number());
  std::string text = (context + ": " + message.text()).str();
  return reason ? base::systemError(text, reason) : base::worldError(text);
}

/// posix_spawn of this program under the helper's name, with `channel` and a pidfd of this process
/// as its only descriptors besides 0–2. Zero or an errno.
static int spawnHelper(int channel, pid_t& process) {
  // High numbers first, so that neither is in the other's place.
  int high = ::fcntl(channel, F_DUPFD_CLOEXEC, 10);
  int self = static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0));
  int pipec = self < 0 ? -1 : ::fcntl(self, F_DUPFD_CLOEXEC, 10);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, high, HelperChannel);
  if (pipec >= 0)
    ::posix_spawn_file_actions_adddup2(&actions, pipec, HelperPipec);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  // A session of its own: a Ctrl-C is pipec's to handle.
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  char name[64];
  std::strncpy(name, HelperName, sizeof name - 1);
  name[sizeof name - 1] = '\0';
  char* arguments[] = {name, nullptr};
  char* environment[] = {nullptr};
  int reason = high < 0 ? errno
                        : ::posix_spawn(&process, "/proc/self/exe", &actions, &attributes,
                                        arguments, environment);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  for (int descriptor : {high, self, pipec})
    if (descriptor >= 0)
      ::close(descriptor);
  return reason;
}

llvm::Expected<std::unique_ptr<HelperClient>> HelperClient::start(bool isolated,
                                                                  llvm::StringRef stagingFolder) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    return base::systemError("cannot start the sandbox helper", errno);
  std::unique_ptr<HelperClient> client(new HelperClient(sockets[0]));
  int reason = spawnHelper(sockets[1], client->process);
  ::close(sockets[1]);
  if (reason != 0)
    return base::systemError("cannot start the sandbox helper", reason);
  if (!isolated)
    return client;
  llvm::Expected<RootPlan> plan = planBase();
  if (!plan)
    return plan.takeError();
  // Covered by the helper's own tmpfs, in its own mount namespace: so a folder below which nothing
  // is that a step may be shown.
  std::vector<std::string> folders = {"/sys"};
  if (!stagingFolder.empty())
    folders.insert(folders.begin(), stagingFolder.str());
  MessageWriter message(MessageKind::Prepare);
  message.number(folders.size());
  for (const std::string& folder : folders)
    message.text(folder);
  encodePlan(message, *plan);
  if (llvm::Error error = client->master->send(message))
    return error;
  llvm::Expected<MessageReader> answer = client->master->receive("cannot isolate steps");
  if (!answer)
    return answer.takeError();
  return client;
}

HelperClient::~HelperClient() {
  // The end of its channel is the end of the helper.
  master.reset();
  while (process > 0 && ::waitpid(process, nullptr, 0) < 0 && errno == EINTR)
    ;
}

llvm::Expected<std::unique_ptr<SlotConnection>> HelperClient::takeSlot(Network network) {
  {
    std::lock_guard lock(mutex);
    auto& slots = idle[static_cast<size_t>(network)];
    if (!slots.empty()) {
      std::unique_ptr<SlotConnection> slot = std::move(slots.back());
      slots.pop_back();
      return slot;
    }
  }
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    return base::systemError("cannot start a step", errno);
  auto slot = std::make_unique<SlotConnection>(sockets[0]);
  auto close = llvm::make_scope_exit([&] { ::close(sockets[1]); });
  MessageWriter message(MessageKind::NewSlot);
  message.number(static_cast<uint64_t>(network));
  if (llvm::Error error = master->send(message, sockets[1]))
    return error;
  return slot;
}

void HelperClient::giveBack(std::unique_ptr<SlotConnection> slot, Network network) {
  std::lock_guard lock(mutex);
  idle[static_cast<size_t>(network)].push_back(std::move(slot));
}

} // namespace pipec::sandbox
