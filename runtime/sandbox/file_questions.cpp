// Copying a file out of a root, and following paths in it.
#include "runtime/sandbox/file_questions.h"

#include "compiler/base/sparse_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// -1: there is no regular file. Never waits for the other end of a pipe.
int openRegular(const char* path) {
  int file = ::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat status;
  if (file >= 0 && (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode))) {
    ::close(file);
    return -1;
  }
  return file;
}

} // namespace

bool answerCopyOut(int channel, MessageReader& message, MessageBuffer& buffer) {
  int file = openRegular(message.text());
  int problem = 0;
  if (file >= 0) {
    problem = buffer.descriptorCount == 1 ? base::copySparse(file, buffer.descriptors[0]) : EPROTO;
    ::close(file);
  }
  buffer.closeDescriptors();
  if (problem != 0) {
    MessageWriter failure(MessageKind::Failed);
    failure.number(static_cast<uint64_t>(problem));
    failure.text("it cannot be copied");
    return sendMessage(channel, failure.message());
  }
  MessageWriter answer(MessageKind::Copied);
  answer.number(file >= 0);
  return sendMessage(channel, answer.message());
}

bool answerResolve(int channel, MessageReader& message) {
  MessageWriter answer(MessageKind::Resolved);
  for (uint64_t count = message.number(); count > 0; --count) {
    char resolved[4096];
    ssize_t length = 0;
    int file = ::open(message.text(), O_PATH | O_CLOEXEC);
    if (file >= 0) {
      char link[64];
      std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
      length = ::readlink(link, resolved, sizeof resolved);
      ::close(file);
    }
    answer.text({resolved, length > 0 ? static_cast<size_t>(length) : 0});
  }
  return sendMessage(channel, answer.message());
}

} // namespace pipec::sandbox
