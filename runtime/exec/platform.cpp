// The machine's name among the language's platforms.
#include "runtime/exec/platform.h"

#include "llvm/ADT/StringSwitch.h"

#include <sys/utsname.h>

namespace pipec::exec {

/// `linux_x64`; of a machine that the language has no name for, what the kernel calls it.
static std::string machinePlatform() {
  utsname machine = {};
  ::uname(&machine);
  llvm::StringRef processor = llvm::StringSwitch<llvm::StringRef>(machine.machine)
                                  .Case("x86_64", "x64")
                                  .Case("aarch64", "arm64")
                                  .Default(machine.machine);
  return llvm::StringRef(machine.sysname).lower() + "_" + processor.str();
}

std::optional<std::string> wrongPlatform(llvm::StringRef platform) {
  std::string own = machinePlatform();
  if (platform == own)
    return std::nullopt;
  return "the step is for " + platform.str() + ", and this machine is " + own +
         ": build it on one that matches, or leave `platform` out";
}

} // namespace pipec::exec
