// Sending and receiving of messages with descriptors (SCM_RIGHTS, see unix(7)).
#include "runtime/sandbox/wire.h"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

union ControlSpace {
  cmsghdr alignment;
  char bytes[CMSG_SPACE(sizeof(int) * MessageBuffer::MaxDescriptors)];
};

} // namespace

uint64_t MessageReader::number() {
  uint64_t value = 0;
  if (static_cast<size_t>(end - at) < sizeof value)
    return 0;
  std::memcpy(&value, at, sizeof value);
  at += sizeof value;
  return value;
}

const char* MessageReader::text() {
  uint64_t size = number();
  if (static_cast<uint64_t>(end - at) <= size)
    return "";
  const char* result = at;
  at += size + 1;
  return result;
}

void MessageBuffer::closeDescriptors() {
  for (unsigned index = 0; index < descriptorCount; ++index)
    ::close(descriptors[index]);
  descriptorCount = 0;
}

static bool sendAll(int socket, const char* data, size_t size) {
  while (size > 0) {
    ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR)
        continue;
      return false;
    }
    data += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

bool sendMessage(int socket, llvm::StringRef message, llvm::ArrayRef<int> descriptors) {
  assert(descriptors.size() <= MessageBuffer::MaxDescriptors);
  uint64_t size = message.size();
  // Most messages leave in one piece, together with their length and descriptors.
  iovec parts[2] = {{&size, sizeof size}, {const_cast<char*>(message.data()), message.size()}};
  msghdr header = {};
  header.msg_iov = parts;
  header.msg_iovlen = 2;
  ControlSpace control;
  if (!descriptors.empty()) {
    std::memset(&control, 0, sizeof control);
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), sizeof(int) * descriptors.size());
  }
  ssize_t sent;
  do
    sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0)
    return false;
  size_t done = static_cast<size_t>(sent);
  if (done < sizeof size) {
    if (!sendAll(socket, reinterpret_cast<const char*>(&size) + done, sizeof size - done))
      return false;
    done = sizeof size;
  }
  done -= sizeof size;
  return sendAll(socket, message.data() + done, message.size() - done);
}

static Received receiveAll(int socket, char* data, size_t size) {
  while (size > 0) {
    ssize_t count = ::recv(socket, data, size, 0);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return count == 0 || errno == ECONNRESET ? Received::EndOfStream : Received::Error;
    data += count;
    size -= static_cast<size_t>(count);
  }
  return Received::Message;
}

static bool reserve(MessageBuffer& buffer, size_t size) {
  if (size <= buffer.capacity)
    return true;
  size_t capacity = (size + 0xffff) & ~static_cast<size_t>(0xffff);
  void* memory =
      ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return false;
  if (buffer.memory)
    ::munmap(buffer.memory, buffer.capacity);
  buffer.memory = static_cast<char*>(memory);
  buffer.capacity = capacity;
  return true;
}

static void takeDescriptors(msghdr& header, MessageBuffer& buffer) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
      continue;
    buffer.descriptorCount = static_cast<unsigned>((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(buffer.descriptors, CMSG_DATA(part), buffer.descriptorCount * sizeof(int));
  }
}

Received receiveMessage(int socket, MessageBuffer& buffer) {
  uint64_t size = 0;
  iovec part = {&size, sizeof size};
  ControlSpace control;
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof control;
  buffer.descriptorCount = 0;
  ssize_t count;
  do
    count = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count <= 0)
    return count == 0 || errno == ECONNRESET ? Received::EndOfStream : Received::Error;
  takeDescriptors(header, buffer);
  size_t done = static_cast<size_t>(count);
  Received rest = receiveAll(socket, reinterpret_cast<char*>(&size) + done, sizeof size - done);
  if (rest == Received::Message && !reserve(buffer, size))
    rest = Received::Error;
  if (rest == Received::Message)
    rest = receiveAll(socket, buffer.memory, size);
  buffer.size = size;
  if (rest != Received::Message)
    buffer.closeDescriptors();
  return rest;
}

} // namespace pipec::sandbox
