// Cancellation: how builds are told to end before they are done.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace pipec::exec {

/// What one request (a build of a command, or of a server) gives to all that works for it. Every
/// function may be called from any thread, though not from a signal handler.
class Cancellation {
public:
  enum class Level : uint8_t {
    None,
    Stop, ///< no new work; effects that run (deploys, rollbacks, live tests) go on to their end
    Interrupt, ///< no new work; whatever runs is asked to end, and killed after a while
    Kill,      ///< whatever runs is killed
  };

  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  void stop() { raise(Level::Stop); }
  /// The second call kills.
  void interrupt() { raise(Level::Interrupt); }

  Level level() const { return current; }
  bool isRequested() const { return level() != Level::None; }

  using Heard = std::function<void(Level)>;
  /// Has `heard` called, in the thread of the caller, with each level that follows, and at once if
  /// there is one already. It must neither wait for the one who cancels nor make or end Listeners
  /// of the same Cancellation. No call is under way any more when the Listener is gone.
  class Listener {
  public:
    Listener(Cancellation& to, Heard heard);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

  private:
    friend class Cancellation; // calls `heard`
    Cancellation& cancellation;
    Heard heard;
  };

private:
  void raise(Level wanted);

  std::mutex mutex; ///< guards what is below
  std::vector<const Listener*> listeners;
  std::atomic<Level> current = Level::None; ///< only rises; read without the mutex
};

} // namespace pipec::exec
