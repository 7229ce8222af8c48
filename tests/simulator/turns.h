// Turns: threads of which one runs at a time, in an order that a seed names.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

namespace pipec::simulator {

class Turns {
public:
  /// `rng` says whose turn it is; it may be drawn from by whoever has the turn.
  explicit Turns(std::mt19937_64& random) : rng(random) {}

  /// Before run(), or from a thread that has the turn.
  void add(std::function<void()> work) {
    threads_.push_back(std::make_unique<Thread>());
    Thread* thread = threads_.back().get();
    ready_.push_back(thread);
    thread->body = std::thread([this, thread, work = std::move(work)] {
      thread->turn.acquire();
      work();
      std::erase(ready_, thread);
      if (ready_.empty())
        ended_.release();
      else
        next()->turn.release();
    });
  }

  /// Until all have ended.
  void run() {
    if (!ready_.empty()) {
      next()->turn.release();
      ended_.acquire();
    }
    for (std::unique_ptr<Thread>& thread : threads_)
      thread->body.join();
    threads_.clear();
  }

  /// Lets others go on, perhaps. Only from the thread that has the turn.
  void pass() {
    Thread* mine = current_;
    Thread* other = next();
    if (other == mine)
      return;
    other->turn.release();
    mine->turn.acquire();
  }

private:
  struct Thread {
    std::binary_semaphore turn{0};
    std::thread body;
  };

  Thread* next() {
    current_ = ready_[rng() % ready_.size()];
    return current_;
  }

  std::mt19937_64& rng;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Thread*> ready_; ///< that have not ended
  Thread* current_ = nullptr;
  std::binary_semaphore ended_{0};
};

} // namespace pipec::simulator
