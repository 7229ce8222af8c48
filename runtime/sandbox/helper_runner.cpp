// Running commands in roots that the helper keeps.
#include "runtime/sandbox/helper_runner.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/folder/files.h"
#include "runtime/sandbox/step_environment.h"
#include "runtime/sandbox/supervisor.h"

#include "llvm/ADT/ScopeExit.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// The two log files, one descriptor twice when they are the same file, and the record of a trace.
struct LogFiles {
  int descriptors[3] = {-1, -1, -1};

  llvm::ArrayRef<int> all() const {
    return llvm::ArrayRef(descriptors).take_front(descriptors[2] < 0 ? 2 : 3);
  }
  ~LogFiles() {
    if (descriptors[2] >= 0)
      ::close(descriptors[2]);
    if (descriptors[1] != descriptors[0] && descriptors[1] >= 0)
      ::close(descriptors[1]);
    if (descriptors[0] >= 0)
      ::close(descriptors[0]);
  }

  llvm::Error open(const Spawn& spawn) {
    const std::string* const paths[] = {&spawn.stdoutPath, &spawn.stderrPath, &spawn.tracePath};
    for (int index : {0, 1, 2}) {
      const std::string& path = *paths[index];
      if (index == 2 && path.empty())
        break;
      if (index == 1 && spawn.stderrPath == spawn.stdoutPath) {
        descriptors[1] = descriptors[0];
        continue;
      }
      descriptors[index] = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
      if (descriptors[index] < 0)
        return base::systemError("cannot write `" + path + "`", errno);
    }
    return llvm::Error::success();
  }
};

std::chrono::milliseconds milliseconds(uint64_t microseconds) {
  return std::chrono::milliseconds((microseconds + 500) / 1000);
}

SpawnResult readOutcome(MessageReader& message) {
  SpawnResult result;
  result.status = static_cast<SpawnStatus>(message.number());
  result.exitCode = static_cast<int>(message.number());
  result.signal = static_cast<int>(message.number());
  result.duration = milliseconds(message.number());
  result.cpuTime = milliseconds(message.number());
  result.peakMemory = message.number();
  return result;
}

} // namespace

llvm::Expected<SpawnResult> HelperStepRoot::run(const Spawn& spawn) {
  if (spawn.arguments.empty())
    return base::usageError("a command needs at least one word");
  if (broken)
    return base::worldError("this step's root is gone");
  LogFiles files;
  if (llvm::Error error = files.open(spawn))
    return error;
  MessageWriter message(MessageKind::Run);
  message.text(places.work);
  message.number(spawn.timeout ? std::max<int64_t>(spawn.timeout->count(), 1) : 0);
  message.number(files.descriptors[0] == files.descriptors[1]);
  CpuShares::Share share(runner.cpuShares, spawn.cpus);
  message.number(share.cpus().size());
  for (unsigned cpu : share.cpus())
    message.number(cpu);
  message.number(spawn.arguments.size());
  for (const std::string& argument : spawn.arguments)
    message.text(argument);
  std::vector<std::string> environment =
      stepEnvironment(spawn, places.home, places.temporary, places.secrets);
  message.number(environment.size());
  for (const std::string& variable : environment)
    message.text(variable);
  llvm::Expected<bool> begun = runner.begin(*this, message, files.all());
  if (!begun)
    return begun.takeError();
  if (!*begun) {
    SpawnResult result;
    result.status = SpawnStatus::Cancelled;
    return result;
  }
  llvm::Expected<MessageReader> answer =
      slot->receive("cannot run `" + spawn.arguments.front() + "`");
  runner.end(*this);
  if (!answer) {
    broken = true;
    return answer.takeError();
  }
  answer->number();
  return readOutcome(*answer);
}

llvm::Expected<MessageReader> HelperStepRoot::ask(const MessageWriter& question,
                                                  llvm::StringRef context,
                                                  llvm::ArrayRef<int> files) {
  if (broken)
    return base::worldError("this step's root is gone");
  if (llvm::Error error = slot->send(question, files)) {
    broken = true;
    return error;
  }
  llvm::Expected<MessageReader> answer = slot->receive(context);
  if (answer)
    answer->number();
  else
    broken = true;
  return answer;
}

llvm::Expected<bool> HelperStepRoot::copyOut(llvm::StringRef path, llvm::StringRef hostPath) {
  int file = ::open(hostPath.str().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0)
    return base::systemError("cannot write `" + hostPath + "`", errno);
  MessageWriter message(MessageKind::CopyOut);
  message.text(path);
  llvm::Expected<MessageReader> answer =
      ask(message, ("cannot read `" + path + "` of a step").str(), file);
  ::close(file);
  bool copied = answer && answer->number() != 0;
  if (!copied)
    ::unlink(hostPath.str().c_str());
  if (!answer)
    return answer.takeError();
  return copied;
}

llvm::Expected<std::vector<std::string>>
HelperStepRoot::resolve(const std::vector<std::string>& paths) {
  MessageWriter message(MessageKind::Resolve);
  message.number(paths.size());
  for (const std::string& path : paths)
    message.text(path);
  llvm::Expected<MessageReader> answer = ask(message, "cannot look up paths of a step");
  if (!answer)
    return answer.takeError();
  std::vector<std::string> resolved;
  for (size_t index = 0; index < paths.size(); ++index)
    resolved.push_back(answer->text());
  return resolved;
}

HelperStepRoot::~HelperStepRoot() {
  if (broken)
    return;
  MessageWriter message(MessageKind::Close);
  message.number(waitForEnd);
  if (llvm::Error error = slot->send(message)) {
    llvm::consumeError(std::move(error));
    return;
  }
  if (waitForEnd) {
    llvm::Expected<MessageReader> answer = slot->receive("cannot end a step");
    if (!answer) {
      llvm::consumeError(answer.takeError());
      return;
    }
  }
  runner.helper->giveBack(std::move(slot), network);
}

llvm::Error HelperRunner::startHelper() {
  std::lock_guard lock(starting);
  if (helper)
    return llvm::Error::success();
  std::string staging;
  if (isolated && !stateDirectory.empty()) {
    staging = stateDirectory + "/sandbox/staging";
    // Where that cannot be made, the helper finds another place.
    llvm::consumeError(folder::makeFolders(staging));
  }
  llvm::Expected<std::unique_ptr<HelperClient>> started = HelperClient::start(isolated, staging);
  if (!started) {
    // What was found out about this machine (see makeSpawnRunner) holds no longer.
    if (isolated && !stateDirectory.empty())
      folder::unlinkFile(stateDirectory + "/sandbox/isolation");
    return started.takeError();
  }
  helper = std::move(*started);
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<StepRoot>> HelperRunner::openSlot(const Spawn& spawn,
                                                                 const MessageWriter& message,
                                                                 HelperStepRoot::Places places,
                                                                 bool waitForEnd) {
  llvm::Expected<std::unique_ptr<SlotConnection>> slot = helper->takeSlot(spawn.network);
  if (!slot)
    return slot.takeError();
  std::vector<int> held;
  if (spawn.heldDescriptor >= 0)
    held.push_back(spawn.heldDescriptor);
  if (llvm::Error error = (*slot)->send(message, held))
    return error;
  llvm::Expected<MessageReader> answer = (*slot)->receive("cannot make the root of a step");
  if (!answer)
    return answer.takeError();
  return std::make_unique<HelperStepRoot>(*this, std::move(*slot), std::move(places), spawn.network,
                                          waitForEnd || !held.empty(), !held.empty());
}

llvm::Expected<bool> HelperRunner::begin(HelperStepRoot& root, const MessageWriter& message,
                                         llvm::ArrayRef<int> files) {
  std::unique_lock sending(root.slot->sending, std::defer_lock);
  {
    std::lock_guard lock(mutex);
    if (cancelled || (othersCancelled && !root.holds))
      return false;
    running.insert(&root);
    // From here on a Cancel comes after the command.
    sending.lock();
  }
  llvm::Error error = root.slot->sendLocked(message, files);
  sending.unlock();
  if (!error)
    return true;
  end(root);
  root.broken = true;
  return error;
}

void HelperRunner::end(HelperStepRoot& root) {
  std::lock_guard lock(mutex);
  running.erase(&root);
}

void HelperRunner::sendCancel(std::chrono::milliseconds grace, bool toHolders) {
  MessageWriter message(MessageKind::Cancel);
  message.number(static_cast<uint64_t>(std::max<int64_t>(grace.count(), 0)));
  for (HelperStepRoot* root : running)
    // A slot that is gone has nothing left to cancel; its `run` says so.
    if (toHolders || !root->holds)
      llvm::consumeError(root->slot->send(message));
}

void HelperRunner::cancel(std::chrono::milliseconds grace) {
  std::lock_guard lock(mutex);
  cancelled = true;
  sendCancel(grace, /*toHolders=*/true);
}

void HelperRunner::cancelOthers(std::chrono::milliseconds grace) {
  std::lock_guard lock(mutex);
  othersCancelled = true;
  sendCancel(grace, /*toHolders=*/false);
}

} // namespace pipec::sandbox
