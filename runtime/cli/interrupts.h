// Interrupts: Ctrl-C and its kin as calls on a thread of their own.
#pragma once

#include <functional>
#include <thread>

namespace pipec::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP are blocked in every thread that is started, and each
/// one that arrives is a call of `onInterrupt`. After the third the process ends at once with exit
/// code 130. SIGUSR1, by which `pipec stop` asks, is a call of `onStop`, and does nothing after its
/// end. Make it before any other thread.
class InterruptWatcher {
public:
  explicit InterruptWatcher(
      std::function<void()> onInterrupt, std::function<void()> onStop = [] {});
  ~InterruptWatcher();
  InterruptWatcher(const InterruptWatcher&) = delete;
  InterruptWatcher& operator=(const InterruptWatcher&) = delete;

private:
  void watch();

  std::function<void()> onInterrupt;
  std::function<void()> onStop;
  int signals = -1; ///< signalfd
  int stop = -1;    ///< eventfd
  std::thread thread;
};

} // namespace pipec::cli
