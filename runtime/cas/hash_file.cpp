// Hashing files while they are read and copied.
#include "runtime/cas/disk.h"

#include "compiler/base/sparse_file.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <thread>

namespace pipec::cas {

namespace {

/// Where the bytes of one file go besides the hash.
class Sink {
public:
  Sink(int target, llvm::function_ref<void(llvm::StringRef)> use)
      : writes(target >= 0), writer(target), seen(use) {}

  bool take(llvm::StringRef piece) {
    if (seen)
      seen(piece);
    failed = writes && !writer.write(piece);
    return !failed;
  }
  /// After the last piece.
  bool finish() {
    failed = writes && !writer.finish();
    return !failed;
  }
  bool failed = false; ///< to write; errno says why

private:
  bool writes;
  base::SparseWriter writer;
  llvm::function_ref<void(llvm::StringRef)> seen;
};

/// A SHA-256 on a thread of its own: it takes longer than reading, copying and everything else
/// that is done with a piece, so these cost no time if there is a second core.
class HashThread {
public:
  HashThread() : thread([this] { run(); }) {}
  ~HashThread() { end(); }

  /// A buffer to fill with the next piece; waits for one that is hashed.
  char* next() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return filled < Buffers; });
    return buffers[last % Buffers].get();
  }
  /// `next()` has this many bytes now.
  void put(size_t size) {
    std::lock_guard lock(mutex);
    sizes[last++ % Buffers] = size;
    ++filled;
    changed.notify_all();
  }
  base::Digest digest() {
    end();
    return hasher.digest();
  }

private:
  static constexpr size_t Buffers = 8;

  void end() {
    {
      std::lock_guard lock(mutex);
      ending = true;
      changed.notify_all();
    }
    if (thread.joinable())
      thread.join();
  }
  void run() {
    std::unique_lock lock(mutex);
    for (size_t first = 0;; ++first) {
      changed.wait(lock, [&] { return filled > 0 || ending; });
      if (filled == 0)
        return;
      size_t at = first % Buffers;
      lock.unlock();
      hasher.update({buffers[at].get(), sizes[at]});
      lock.lock();
      --filled;
      changed.notify_all();
    }
  }
  static std::array<std::unique_ptr<char[]>, Buffers> makeBuffers() {
    std::array<std::unique_ptr<char[]>, Buffers> made;
    for (auto& buffer : made)
      buffer.reset(new char[BufferSize]);
    return made;
  }

  base::Hasher hasher;
  const std::array<std::unique_ptr<char[]>, Buffers> buffers = makeBuffers();
  std::array<size_t, Buffers> sizes{};
  std::mutex mutex;
  std::condition_variable changed;
  size_t last = 0;   ///< the next one to fill
  size_t filled = 0; ///< not hashed yet
  bool ending = false;
  std::thread thread; ///< the last member: it uses all others
};

} // namespace

static bool feed(int source, Sink& sink, HashThread& hash) {
  for (;;) {
    char* buffer = hash.next();
    ssize_t count = readSome(source, buffer, BufferSize);
    if (count <= 0)
      return count == 0;
    hash.put(static_cast<size_t>(count));
    if (!sink.take({buffer, static_cast<size_t>(count)}))
      return false;
  }
}

static bool hashLarge(int source, Sink& sink, base::Digest& digest) {
  HashThread hash;
  bool whole = feed(source, sink, hash);
  int reason = errno; // the end of the thread may change it
  digest = hash.digest();
  errno = reason;
  return whole;
}

static bool hashSmall(int source, Sink& sink, base::Digest& digest) {
  static thread_local std::unique_ptr<char[]> buffer(new char[BufferSize]);
  base::Hasher hasher;
  for (;;) {
    ssize_t count = readSome(source, buffer.get(), BufferSize);
    if (count < 0)
      return false;
    if (count == 0)
      break;
    llvm::StringRef bytes(buffer.get(), static_cast<size_t>(count));
    hasher.update(bytes);
    if (!sink.take(bytes))
      return false;
  }
  digest = hasher.digest();
  return true;
}

bool hashFile(int source, int target, base::Digest& digest, bool& writing,
              llvm::function_ref<void(llvm::StringRef)> seen) {
  // Below this a thread costs more than it saves.
  static constexpr off_t WorthAThread = 4 * 1024 * 1024;
  struct stat status;
  bool isLarge = ::fstat(source, &status) == 0 && status.st_size >= WorthAThread;
  Sink sink(target, seen);
  bool whole = (isLarge ? hashLarge(source, sink, digest) : hashSmall(source, sink, digest)) &&
               sink.finish();
  writing = sink.failed;
  return whole;
}

} // namespace pipec::cas
