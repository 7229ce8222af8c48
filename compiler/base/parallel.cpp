// A second thread for many small items.
#include "compiler/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace pipec::base {

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
  std::thread second(worker);
  worker();
  second.join();
  return failure;
}

} // namespace pipec::base
