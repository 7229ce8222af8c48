// `PID NAMESPACE BOOT`, and pidfds.
#include "runtime/host/process.h"

#include "compiler/base/error.h"

#include "llvm/Support/MemoryBuffer.h"

#include <cerrno>
extern "C" { // which the header of glibc 2.36 does not say
#include <sys/pidfd.h>
}
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::host {

/// What follows the number.
static std::string placeOfThisProcess() {
  struct stat status = {};
  std::string place = "?";
  if (::stat("/proc/self/ns/pid", &status) == 0)
    place = std::to_string(status.st_ino);
  auto boot = llvm::MemoryBuffer::getFileAsStream("/proc/sys/kernel/random/boot_id");
  return place + " " + (boot ? (*boot)->getBuffer().trim().str() : "?");
}

std::string describeThisProcess() {
  return std::to_string(::getpid()) + " " + placeOfThisProcess();
}

bool Process::isHere(llvm::StringRef description) {
  return description.split(' ').second == placeOfThisProcess();
}

std::optional<Process> Process::open(llvm::StringRef description) {
  pid_t number = 0;
  if (!isHere(description) || description.split(' ').first.getAsInteger(10, number) || number <= 0)
    return std::nullopt;
  int descriptor = ::pidfd_open(number, 0);
  if (descriptor < 0)
    return std::nullopt;
  return Process(descriptor);
}

Process::~Process() {
  if (descriptor >= 0)
    ::close(descriptor);
}

llvm::Error Process::signal(int number) {
  if (::pidfd_send_signal(descriptor, number, nullptr, 0) == 0 || errno == ESRCH)
    return llvm::Error::success();
  return base::systemError("the process cannot be signalled", errno);
}

} // namespace pipec::host
