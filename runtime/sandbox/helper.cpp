// The helper's processes: master, slots, and the init of each root.
#include "runtime/sandbox/helper.h"

#include "compiler/base/file_system.h"
#include "runtime/sandbox/call_filter.h"
#include "runtime/sandbox/failure.h"
#include "runtime/sandbox/namespaces.h"
#include "runtime/sandbox/root_setup.h"
#include "runtime/sandbox/scopes.h"
#include "runtime/sandbox/spawn.h"
#include "runtime/sandbox/step_environment.h"
#include "runtime/sandbox/supervisor.h"
#include "runtime/sandbox/wire.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipec::sandbox {

const char HelperName[] = "pipec-sandbox-helper";

namespace {

bool reply(int channel, MessageKind kind) {
  return sendMessage(channel, MessageWriter(kind).message());
}

bool replyFailed(int channel, const Failure& failure) {
  MessageWriter message(MessageKind::Failed);
  message.number(static_cast<uint64_t>(failure.errorNumber));
  message.text(failure.text);
  return sendMessage(channel, message.message());
}

/// What an init and its slot, which waits for it, both see.
struct InitContext {
  SupervisorPlaces places;
  MessageReader plan;
  bool nestedNamespaces;
  Failure failure;
  bool opened = false;
  bool ended = false;
  SupervisorEnd end = SupervisorEnd::PipecGone;
};

int runInit(void* argument) {
  auto& context = *static_cast<InitContext*>(argument);
  ::prctl(PR_SET_NAME, "pipec-init");
  // The slot lives in a namespace with the step's ids, where setgroups is denied for good.
  if (!mapIdentity(StepUserId, StepUserId, /*denyGroups=*/false, context.failure) ||
      !forbidNamespaces(/*usersToo=*/!context.nestedNamespaces, context.failure) ||
      !performPlan(context.plan, context.failure) || !enterRoot(context.failure) ||
      // Who makes namespaces wants to mount in them.
      (!context.nestedNamespaces && !hideMountTable(context.failure)))
    ::_exit(1);
  context.opened = true;
  if (reply(context.places.channel, MessageKind::Ready)) {
    context.end = supervise(context.places, KillScope::Namespace);
    context.ended = true;
  }
  ::_exit(0);
}

class Slot {
public:
  Slot(const SupervisorPlaces& places, Network network) : places(places), network(network) {}

  [[noreturn]] void serve();

private:
  SupervisorPlaces places;
  Network network;
  bool networkReady = false;
  MemorySettings memory;
  MessageBuffer buffer;

  void open(MessageReader message);
  SupervisorEnd superviseHere(const char* removedAtEnd);
  void runIsolated(MessageReader message, SupervisorEnd& end);
};

/// Without namespaces: the slot itself looks after the step, and after its secrets.
SupervisorEnd Slot::superviseHere(const char* removedAtEnd) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  SupervisorEnd end = reply(places.channel, MessageKind::Ready)
                          ? supervise(places, KillScope::Descendants)
                          : SupervisorEnd::PipecGone;
  if (*removedAtEnd)
    llvm::consumeError(base::removeTree(removedAtEnd));
  return end;
}

void Slot::runIsolated(MessageReader message, SupervisorEnd& end) {
  bool nestedNamespaces = message.number() != 0;
  static char* stack = static_cast<char*>(::mmap(nullptr, 512 * 1024, PROT_READ | PROT_WRITE,
                                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0));
  static InitContext context = {places, message, nestedNamespaces, {}};
  context = {places, message, nestedNamespaces, {}};
  int status = 0;
  pid_t init = ::clone(
      runInit, stack + 512 * 1024,
      CLONE_VM | CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | SIGCHLD, &context);
  if (init < 0)
    failed(context.failure, "cannot make the namespaces of a step");
  while (init > 0 && ::waitpid(init, &status, 0) < 0 && errno == EINTR)
    ;
  end = context.end;
  if (context.ended)
    return;
  if (context.opened) {
    errno = 0;
    failed(context.failure, "the first process of a step's root was killed by signal %d",
           WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  }
  end = replyFailed(places.channel, context.failure) ? SupervisorEnd::Closed
                                                     : SupervisorEnd::PipecGone;
}

void Slot::open(MessageReader message) {
  bool isolated = message.number() != 0;
  SupervisorEnd end = SupervisorEnd::PipecGone;
  Failure failure;
  if (isolated && network == Network::None && !networkReady) {
    networkReady = enterEmptyNetwork(failure);
    if (!networkReady) {
      buffer.closeDescriptors();
      if (!replyFailed(places.channel, failure))
        ::_exit(0);
      return;
    }
  }
  if (isolated)
    runIsolated(message, end);
  else
    end = superviseHere(message.text());
  memory.restore();
  // A network is used again only while nothing shows that it was used before.
  if (networkReady)
    networkReady = networkIsUnused();
  ::explicit_bzero(buffer.memory, buffer.size);
  // The step's last process is dead: now the lock that it held may go.
  buffer.closeDescriptors();
  if (end == SupervisorEnd::PipecGone ||
      (end == SupervisorEnd::ClosedAnswered && !reply(places.channel, MessageKind::Ready)))
    ::_exit(0);
}

void Slot::serve() {
  while (receiveMessage(places.channel, buffer) == Received::Message) {
    MessageReader message = buffer.reader();
    if (static_cast<MessageKind>(message.number()) == MessageKind::Open)
      open(message);
    else
      buffer.closeDescriptors(); // a late Cancel or Close of a root that failed
  }
  ::_exit(0);
}

/// The shared part of all roots, in a tmpfs over the first folder that can be covered.
bool prepare(MessageReader& message, Failure& failure) {
  uint64_t folders = message.number();
  if (!enterSharedNamespaces(failure))
    return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return failed(failure, "cannot make the mounts private");
  bool staged = false;
  for (; folders > 0; --folders) {
    const char* folder = message.text();
    staged = staged || (::mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0 &&
                        ::chdir(folder) == 0);
  }
  if (!staged)
    return failed(failure, "cannot mount a tmpfs");
  return performPlan(message, failure);
}

void makeSlot(const SupervisorPlaces& places, MessageBuffer& buffer, Network network) {
  if (buffer.descriptorCount != 1)
    return buffer.closeDescriptors();
  pid_t slot = ::fork();
  if (slot == 0) {
    ::close(places.channel);
    ::signal(SIGCHLD, SIG_DFL);
    ::prctl(PR_SET_NAME, "pipec-slot");
    Slot({buffer.descriptors[0], places.pipec, network == Network::Host ? places.scope : -1},
         network)
        .serve();
  }
  if (slot < 0) {
    Failure failure;
    failed(failure, "cannot start a process for a step");
    replyFailed(buffer.descriptors[0], failure);
  }
  buffer.closeDescriptors();
}

int runMaster(SupervisorPlaces places, const Failure* withoutFilter) {
  ::signal(SIGCHLD, SIG_IGN); // slots need nobody to wait for them
  static MessageBuffer buffer;
  while (receiveMessage(places.channel, buffer) == Received::Message) {
    MessageReader message = buffer.reader();
    MessageKind kind = static_cast<MessageKind>(message.number());
    if (kind == MessageKind::NewSlot) {
      makeSlot(places, buffer, static_cast<Network>(message.number()));
    } else if (kind == MessageKind::Prepare) {
      Failure failure;
      bool prepared = !withoutFilter && prepare(message, failure);
      places.scope = makeScope();
      if (prepared ? !reply(places.channel, MessageKind::Ready)
                   : !replyFailed(places.channel, withoutFilter ? *withoutFilter : failure))
        break;
    }
  }
  return 0;
}

int runHelper() {
  ::close_range(HelperPipec + 1, ~0u, 0);
  bool knowsPipec = ::fcntl(HelperPipec, F_SETFD, FD_CLOEXEC) == 0;
  int nothing = ::open("/dev/null", O_RDWR);
  for (int descriptor : {0, 1, 2})
    ::dup2(nothing, descriptor);
  if (nothing > 2)
    ::close(nothing);
  ::fcntl(HelperChannel, F_SETFD, FD_CLOEXEC);
  ::prctl(PR_SET_NAME, "pipec-sandbox");
  fixProcessSettings();
  // Steps cannot ask for keys, but the kernel itself looks for some in the session's keyring.
  // Where keys are forbidden altogether it fails, and there is none to be found either.
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  // A kernel without filters can still run steps that are not isolated.
  static Failure failure;
  bool filtered = installFilter(callFilter(), failure);
  return runMaster({HelperChannel, knowsPipec ? HelperPipec : -1}, filtered ? nullptr : &failure);
}

/// Before `main` and before the initialisation of anything else in the program: the helper needs
/// none of it.
[[gnu::constructor(101)]] void becomeHelper(int argc, char** argv) {
  if (argc == 1 && std::strcmp(argv[0], HelperName) == 0)
    ::_exit(runHelper());
}

} // namespace

} // namespace pipec::sandbox
