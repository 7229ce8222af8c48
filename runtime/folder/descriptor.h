// Descriptor: an open file or folder that is closed at the end.
#pragma once

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace pipec::folder {

/// -1 is none.
class Descriptor {
public:
  Descriptor() = default;
  explicit Descriptor(int number) : fd(number) {}
  Descriptor(Descriptor&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd, other.fd);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return fd; }
  explicit operator bool() const { return fd >= 0; }
  int release() { return std::exchange(fd, -1); }
  /// Closes now; false and errno if the last write failed (a quota, a network file system).
  bool close() {
    // After EINTR the descriptor is gone on Linux: closing again could hit another thread's file.
    return fd < 0 || ::close(std::exchange(fd, -1)) == 0 || errno == EINTR;
  }

private:
  int fd = -1;
};

} // namespace pipec::folder
