// Waiting for signals with a signalfd.
#include "runtime/cli/interrupts.h"

#include "runtime/cli/exit_code.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace pipec::cli {

static sigset_t interruptSignals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGHUP);
  ::sigaddset(&set, SIGUSR1);
  return set;
}

static void ignore(int) {}

InterruptWatcher::InterruptWatcher(std::function<void()> interrupted, std::function<void()> asked)
    : onInterrupt(std::move(interrupted)), onStop(std::move(asked)) {
  // Not SIG_IGN, which steps would inherit.
  ::signal(SIGUSR1, ignore);
  sigset_t set = interruptSignals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals = ::signalfd(-1, &set, SFD_CLOEXEC);
  stop = ::eventfd(0, EFD_CLOEXEC);
  thread = std::thread([this] { watch(); });
}

InterruptWatcher::~InterruptWatcher() {
  uint64_t one = 1;
  while (::write(stop, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread.join();
  ::close(signals);
  ::close(stop);
  sigset_t set = interruptSignals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void InterruptWatcher::watch() {
  for (int count = 0;;) {
    pollfd waiting[2] = {{signals, POLLIN, 0}, {stop, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR)
      return;
    if (waiting[1].revents)
      return;
    signalfd_siginfo info;
    if (!waiting[0].revents || ::read(signals, &info, sizeof info) != sizeof info)
      continue;
    if (info.ssi_signo == SIGUSR1) {
      onStop();
      continue;
    }
    if (++count == 3)
      ::_exit(static_cast<int>(ExitCode::Interrupted));
    onInterrupt();
  }
}

} // namespace pipec::cli
