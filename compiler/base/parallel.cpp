// More threads for many small items.
#include "compiler/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <sched.h>
#include <thread>
#include <utility>
#include <vector>

namespace pipec::base {

/// As many as there are CPUs that this process may use, at most `worth`; at least one.
static size_t threadsFor(size_t worth) {
  // Beyond this, the kernel's locks on folders and the page cache are what everybody waits for.
  static constexpr size_t Most = 16;
  cpu_set_t mine;
  size_t cpus = ::sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine) : 2;
  return std::clamp<size_t>(cpus, 1, std::min(Most, worth));
}

llvm::Error forEachItem(size_t count, llvm::function_ref<llvm::Error(size_t)> work) {
  // Starting a thread costs about as much as storing five small files.
  constexpr size_t WorthAThread = 64;
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  size_t failedItem = count;
  llvm::Error failure = llvm::Error::success();
  auto worker = [&] {
    for (size_t item; (item = next.fetch_add(1)) < count;)
      if (llvm::Error error = work(item)) {
        next = count;
        std::lock_guard lock(mutex);
        // Items are started in order, so all before the first bad one have been: it is always
        // found.
        if (item < failedItem)
          std::swap(failure, error);
        failedItem = std::min(failedItem, item);
        llvm::consumeError(std::move(error));
      }
  };
  if (count < WorthAThread) {
    worker();
    return failure;
  }
  std::vector<std::thread> others(threadsFor(count / WorthAThread + 1) - 1);
  for (std::thread& other : others)
    other = std::thread(worker);
  worker();
  for (std::thread& other : others)
    other.join();
  return failure;
}

} // namespace pipec::base
