// A second thread for many small items.
#include "compiler/base/parallel.h"

#include <atomic>
#include <mutex>
#include <thread>

namespace pipec::base {

llvm::Error forEachItem(size_t count, llvm::function_ref<llvm::Error(size_t)> work) {
  // Starting a thread costs about as much as storing five small files.
  constexpr size_t WorthAThread = 64;
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  llvm::Error result = llvm::Error::success();
  auto worker = [&] {
    for (size_t item; (item = next.fetch_add(1)) < count;)
      if (llvm::Error error = work(item)) {
        next = count;
        std::lock_guard lock(mutex);
        result = llvm::joinErrors(std::move(result), std::move(error));
      }
  };
  if (count < WorthAThread) {
    worker();
    return result;
  }
  std::thread second(worker);
  worker();
  second.join();
  return result;
}

} // namespace pipec::base
