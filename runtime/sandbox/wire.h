// Wire: the messages between pipec and its sandbox helper, over a stream socket of this machine.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace pipec::sandbox {

/// The first number of every message. Both ends are the same binary, so the format has no version.
enum class MessageKind : uint8_t {
  // pipec → master
  Prepare, ///< the operations that make the shared part of every root; answered by Ready or Failed
  NewSlot, ///< with the slot's end of a socket
  // pipec → slot
  Open,    ///< the operations of one root; answered by Ready or Failed
  Run,     ///< one command, with the two log files; answered by Finished or Failed
  Cancel,  ///< TERM now, KILL after so many milliseconds
  CopyOut, ///< a path, with the file to write; answered by Copied or Failed
  Resolve, ///< paths; answered by Resolved
  Close,   ///< the end of the root; not answered unless asked for: then by Ready
  // back
  Ready,
  Failed,   ///< a sentence and errno
  Finished, ///< a RunOutcome
  Copied,   ///< whether there was a regular file
  Resolved, ///< a text for each path
};

/// Numbers are 8 bytes in the machine's order; a text is its length, its bytes and a NUL, so that
/// the reader can use it in place.
class MessageWriter {
public:
  explicit MessageWriter(MessageKind kind) { number(static_cast<uint64_t>(kind)); }

  void number(uint64_t value) { bytes.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void text(llvm::StringRef value) {
    number(value.size());
    bytes.append(value.data(), value.size());
    bytes.push_back('\0');
  }
  const std::string& message() const { return bytes; }

private:
  std::string bytes;
};

/// Reads what a MessageWriter wrote; allocates nothing. Reading past the end gives zeros.
class MessageReader {
public:
  MessageReader(const char* begin, size_t size) : at(begin), end(begin + size) {}

  uint64_t number();
  /// Valid as long as the message's memory.
  const char* text();

private:
  const char* at;
  const char* end;
};

/// Where a received message and its descriptors are kept. Grows with the largest message, is never
/// given back.
struct MessageBuffer {
  static constexpr unsigned MaxDescriptors = 4;

  char* memory = nullptr;
  size_t capacity = 0;
  size_t size = 0;
  int descriptors[MaxDescriptors];
  unsigned descriptorCount = 0;

  MessageReader reader() const { return {memory, size}; }
  void closeDescriptors();
};

/// Sends the whole message, with at most MaxDescriptors descriptors. False: see errno; EPIPE if the
/// other end is gone. Never raises SIGPIPE.
bool sendMessage(int socket, llvm::StringRef message, llvm::ArrayRef<int> descriptors = {});

enum class Received : uint8_t { Message, EndOfStream, Error };

/// Waits for one whole message. The descriptors received are close-on-exec and the caller's.
Received receiveMessage(int socket, MessageBuffer& buffer);

} // namespace pipec::sandbox
