// Byte-range locks on the file of running executions.
#include "runtime/history/liveness.h"

#include "runtime/folder/files.h"

#include <fcntl.h>
#include <unistd.h>

namespace pipec::history {

Liveness::Liveness(llvm::StringRef stateFolder, bool mayWrite) {
  std::string path = (stateFolder + "/executions.lock").str();
  if (mayWrite)
    file_ = folder::openFile(path, O_RDWR | O_CREAT).release();
  probe_ = folder::openFile(path, O_RDONLY).release();
}

Liveness::~Liveness() {
  for (int descriptor : {file_, probe_})
    if (descriptor >= 0)
      ::close(descriptor);
}

static struct flock byteAt(int64_t number, short type) {
  struct flock range = {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = number;
  range.l_len = 1;
  return range;
}

bool Liveness::hold(int64_t number) {
  struct flock range = byteAt(number, F_WRLCK);
  return file_ >= 0 && ::fcntl(file_, F_OFD_SETLK, &range) == 0;
}

void Liveness::release(int64_t number) {
  struct flock range = byteAt(number, F_UNLCK);
  if (file_ >= 0)
    ::fcntl(file_, F_OFD_SETLK, &range);
}

bool Liveness::isHeld(int64_t number) const {
  struct flock range = byteAt(number, F_WRLCK);
  return probe_ >= 0 && ::fcntl(probe_, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

} // namespace pipec::history
