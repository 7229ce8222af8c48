// The life of one command: started, watched, its output written down, its whole tree ended.
#include "runtime/sandbox/supervisor.h"

#include "runtime/sandbox/failure.h"
#include "runtime/sandbox/file_questions.h"
#include "runtime/sandbox/kill_tree.h"
#include "runtime/sandbox/launch.h"
#include "runtime/sandbox/output_file.h"
#include "runtime/sandbox/spawn.h"
#include "runtime/sandbox/trace.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

constexpr uint64_t Never = UINT64_MAX;

/// Monotonic microseconds.
uint64_t now() {
  timespec time;
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 +
         static_cast<uint64_t>(time.tv_nsec) / 1000;
}

/// From a pipe that the step writes to, into a file. A pipe, because a step may open /dev/stderr
/// anew, which would cut a file off, and because the file takes only a part of what is printed.
struct Stream {
  int from = -1;
  OutputWriter to;
  int errorNumber = 0; ///< of the file; the rest is then read and dropped

  /// False when there is nothing more to read now, or ever.
  bool pump() {
    static char buffer[64 * 1024];
    ssize_t count = ::read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      return true;
    if (count < 0 && errno == EAGAIN)
      return false;
    if (count <= 0) {
      close();
      return false;
    }
    if (errorNumber == 0)
      errorNumber = to.write(buffer, static_cast<size_t>(count));
    return true;
  }

  void close() {
    if (from >= 0)
      ::close(from);
    from = -1;
  }
};

/// A list of texts as exec wants it, in memory of its own.
class TextList {
public:
  ~TextList() {
    if (entries)
      ::munmap(entries, bytes);
  }
  bool read(MessageReader& message) {
    uint64_t count = message.number();
    bytes = (count + 1) * sizeof *entries;
    void* memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      return false;
    entries = static_cast<const char**>(memory);
    for (uint64_t index = 0; index < count; ++index)
      entries[index] = message.text();
    return true;
  }
  const char* const* data() const { return entries; }

private:
  const char** entries = nullptr;
  size_t bytes = 0;
};

class Supervisor {
public:
  Supervisor(const SupervisorPlaces& places, KillScope scope) : places(places), scope(scope) {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &children, nullptr);
    childEnded = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  ~Supervisor() { ::close(childEnded); }

  SupervisorEnd serve();

private:
  const SupervisorPlaces& places;
  KillScope scope;
  int childEnded;

  // Of the present run.
  Stream output, error;
  Tracer* tracer = nullptr; ///< if it is traced
  pid_t leader = 0;
  int leaderStatus = 0;
  Usage usage;
  uint64_t deadline = Never;       ///< of the timeout
  uint64_t cancelDeadline = Never; ///< when TERM becomes KILL
  SpawnStatus ending = SpawnStatus::Exited;

  bool run(MessageReader message, MessageBuffer& buffer);
  bool openStreams(MessageBuffer& buffer, bool merged, int& outputEnd, int& errorEnd);
  LaunchResult start(const LaunchRequest& request, int outputEnd, int errorEnd);
  bool watch();
  bool handleMessage();
  bool answer(const LaunchResult& launched, uint64_t started);
  bool report(const Failure& failure);
};

bool Supervisor::report(const Failure& failure) {
  MessageWriter message(MessageKind::Failed);
  message.number(static_cast<uint64_t>(failure.errorNumber));
  message.text(failure.text);
  return sendMessage(places.channel, message.message());
}

bool Supervisor::openStreams(MessageBuffer& buffer, bool merged, int& outputEnd, int& errorEnd) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0)
    return false;
  output = {pipe[0], OutputWriter(buffer.descriptors[0])};
  outputEnd = errorEnd = pipe[1];
  if (!merged) {
    if (::pipe2(pipe, O_CLOEXEC) != 0) {
      output.close();
      ::close(outputEnd);
      return false;
    }
    error = {pipe[0], OutputWriter(buffer.descriptors[1])};
    errorEnd = pipe[1];
    ::fcntl(error.from, F_SETFL, O_NONBLOCK);
  }
  ::fcntl(output.from, F_SETFL, O_NONBLOCK);
  return true;
}

/// A message during a run: Cancel, or the end. False: pipec wants everything to end.
bool Supervisor::handleMessage() {
  static MessageBuffer buffer;
  if (receiveMessage(places.channel, buffer) != Received::Message)
    return false;
  buffer.closeDescriptors();
  MessageReader message = buffer.reader();
  if (static_cast<MessageKind>(message.number()) != MessageKind::Cancel)
    return false;
  cancelDeadline = std::min(cancelDeadline, now() + message.number() * 1000);
  if (ending != SpawnStatus::Cancelled)
    signalTree(leader, SIGTERM, scope);
  ending = SpawnStatus::Cancelled;
  return true;
}

/// Until the command's first process has ended, or must. False: pipec is gone.
bool Supervisor::watch() {
  for (;;) {
    uint64_t time = now(), next = std::min(deadline, cancelDeadline);
    if (time >= next) {
      if (cancelDeadline > deadline && ending != SpawnStatus::Cancelled)
        ending = SpawnStatus::TimedOut;
      return true;
    }
    uint64_t milliseconds = next == Never ? 0 : (next - time + 999) / 1000;
    int timeout = next == Never ? -1 : static_cast<int>(std::min<uint64_t>(milliseconds, 1 << 30));
    pollfd events[] = {{childEnded, POLLIN, 0},   {places.channel, POLLIN, 0},
                       {places.pipec, POLLIN, 0}, {output.from, POLLIN, 0},
                       {error.from, POLLIN, 0},   {tracer ? tracer->descriptor() : -1, POLLIN, 0}};
    if (::poll(events, std::size(events), timeout) < 0 && errno != EINTR)
      return true;
    if (events[2].revents || (events[1].revents && !handleMessage()))
      return false;
    if (events[3].revents)
      output.pump();
    if (events[4].revents)
      error.pump();
    if (events[5].revents)
      tracer->handle(/*isOver=*/(events[5].revents & POLLIN) == 0);
    signalfd_siginfo ignored;
    if (events[0].revents && ::read(childEnded, &ignored, sizeof ignored) > 0 &&
        reapEnded(leader, leaderStatus, usage))
      return true;
  }
}

bool Supervisor::answer(const LaunchResult& launched, uint64_t started) {
  RunOutcome outcome;
  outcome.status = static_cast<uint64_t>(ending);
  if (launched.status == LaunchStatus::NotFound) {
    outcome.status = static_cast<uint64_t>(SpawnStatus::CommandNotFound);
  } else if (launched.status == LaunchStatus::NotExecutable) {
    outcome.status = static_cast<uint64_t>(SpawnStatus::NotExecutable);
  } else if (ending == SpawnStatus::Exited && WIFSIGNALED(leaderStatus)) {
    outcome.status = static_cast<uint64_t>(SpawnStatus::Signaled);
    outcome.signal = static_cast<uint64_t>(WTERMSIG(leaderStatus));
  } else if (ending == SpawnStatus::Exited) {
    outcome.exitCode = static_cast<uint64_t>(WEXITSTATUS(leaderStatus));
  }
  outcome.durationMicroseconds = now() - started;
  outcome.cpuMicroseconds = usage.cpuMicroseconds;
  outcome.peakMemory = usage.peakMemory;
  MessageWriter message(MessageKind::Finished);
  for (uint64_t field : {outcome.status, outcome.exitCode, outcome.signal,
                         outcome.durationMicroseconds, outcome.cpuMicroseconds, outcome.peakMemory})
    message.number(field);
  return sendMessage(places.channel, message.message());
}

LaunchResult Supervisor::start(const LaunchRequest& request, int outputEnd, int errorEnd) {
  LaunchResult launched = tracer ? tracer->start(request) : launch(request);
  ::close(outputEnd);
  if (errorEnd != outputEnd)
    ::close(errorEnd);
  leader = launched.process;
  return launched;
}

/// False: pipec is gone.
bool Supervisor::run(MessageReader message, MessageBuffer& buffer) {
  Failure failure;
  const char* directory = message.text();
  uint64_t timeout = message.number();
  bool merged = message.number() != 0;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  uint64_t cpuCount = message.number();
  for (uint64_t index = 0; index < cpuCount; ++index)
    CPU_SET(message.number(), &cpus);
  TextList arguments, environment;
  int outputEnd = -1, errorEnd = -1;
  if (!arguments.read(message) || !environment.read(message) || buffer.descriptorCount < 2 ||
      !openStreams(buffer, merged, outputEnd, errorEnd)) {
    failed(failure, "cannot start a step");
    buffer.closeDescriptors();
    return report(failure);
  }
  usage = {};
  leaderStatus = 0;
  ending = SpawnStatus::Exited;
  cancelDeadline = Never;
  const uint64_t started = now();
  deadline = timeout ? started + timeout * 1000 : Never;
  std::optional<Tracer> tracing;
  if (buffer.descriptorCount > 2)
    tracing.emplace(buffer.descriptors[2]);
  tracer = tracing ? &*tracing : nullptr;
  // Opened anew: what a step sets on an opening, the next one that shared it would have.
  int input = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  LaunchResult launched =
      start({arguments.data(), environment.data(), directory, cpuCount ? &cpus : nullptr, input,
             outputEnd, errorEnd, places.scope},
            outputEnd, errorEnd);
  ::close(input);
  bool good = launched.status != LaunchStatus::Started || watch();
  if (tracer && launched.status == LaunchStatus::Started)
    launched = tracer->end();
  tracer = nullptr;
  killTree(scope, usage);
  for (Stream* stream : {&output, &error}) {
    while (stream->from >= 0 && stream->pump())
      ;
    stream->close();
    int reason = stream->to.finish();
    stream->errorNumber = stream->errorNumber ? stream->errorNumber : reason;
  }
  buffer.closeDescriptors();
  if (!good)
    return false;
  errno = output.errorNumber  ? output.errorNumber
          : error.errorNumber ? error.errorNumber
          : tracing           ? tracing->errorNumber()
                              : 0;
  if (errno != 0)
    failed(failure, "cannot write the output of a step");
  else if (launched.status == LaunchStatus::Failed && (errno = launched.errorNumber))
    failed(failure, "%s", launched.what);
  return failure.text[0] ? report(failure) : answer(launched, started);
}

SupervisorEnd Supervisor::serve() {
  static MessageBuffer buffer;
  for (;;) {
    pollfd events[] = {{places.channel, POLLIN, 0}, {places.pipec, POLLIN, 0}};
    if (::poll(events, std::size(events), -1) < 0 && errno == EINTR)
      continue;
    if (events[1].revents || receiveMessage(places.channel, buffer) != Received::Message)
      return SupervisorEnd::PipecGone;
    MessageReader message = buffer.reader();
    switch (static_cast<MessageKind>(message.number())) {
    case MessageKind::Run:
      if (!run(message, buffer))
        return SupervisorEnd::PipecGone;
      // Values of secret variables do not stay.
      ::explicit_bzero(buffer.memory, buffer.size);
      break;
    case MessageKind::CopyOut:
      if (!answerCopyOut(places.channel, message, buffer))
        return SupervisorEnd::PipecGone;
      break;
    case MessageKind::Resolve:
      if (!answerResolve(places.channel, message))
        return SupervisorEnd::PipecGone;
      break;
    case MessageKind::Close:
      return message.number() ? SupervisorEnd::ClosedAnswered : SupervisorEnd::Closed;
    default: // a Cancel that came after its run
      buffer.closeDescriptors();
    }
  }
}

} // namespace

SupervisorEnd supervise(const SupervisorPlaces& places, KillScope scope) {
  return Supervisor(places, scope).serve();
}

} // namespace pipec::sandbox
