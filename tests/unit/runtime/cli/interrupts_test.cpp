// Signals as calls.
#include "runtime/cli/interrupts.h"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <sys/wait.h>
#include <unistd.h>

using namespace pipec;

TEST_CASE("each signal is one call, on another thread") {
  std::mutex mutex;
  std::condition_variable called;
  int calls = 0;
  std::thread::id thread;
  {
    cli::InterruptWatcher watcher([&] {
      std::lock_guard lock(mutex);
      ++calls;
      thread = std::this_thread::get_id();
      called.notify_all();
    });
    for (int signal : {SIGINT, SIGTERM}) {
      std::unique_lock lock(mutex);
      int before = calls;
      REQUIRE(::kill(::getpid(), signal) == 0);
      REQUIRE(called.wait_for(lock, std::chrono::minutes(1), [&] { return calls == before + 1; }));
    }
  }
  CHECK(calls == 2);
  CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("the third signal ends the process") {
  pid_t child = ::fork();
  if (child == 0) {
    cli::InterruptWatcher watcher([] {});
    // Signals of one kind do not queue: the watcher must have taken one before the next.
    for (;;)
      ::kill(::getpid(), SIGINT);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
}
