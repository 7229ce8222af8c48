// The settings of distributions and containers that are known to forbid user namespaces.
#include "runtime/sandbox/isolation_advice.h"

#include "llvm/ADT/StringRef.h"

namespace pipec::sandbox {

static std::string setting(base::FileSystem& files, llvm::StringRef path) {
  llvm::Expected<std::string> text = files.read(path);
  if (text)
    return llvm::StringRef(*text).trim().str();
  llvm::consumeError(text.takeError());
  return {};
}

std::string isolationAdvice(base::FileSystem& files, NamespaceAsker asker) {
  if (setting(files, "/proc/sys/user/max_user_namespaces") == "0")
    return "; `user.max_user_namespaces` is 0: `sudo sysctl user.max_user_namespaces=15000` allows "
           "it, and in a step of pipec `nested_namespaces = true`";
  // A container's own settings come first: those of the kernel show through.
  if (asker.isFiltered)
    return "; the seccomp profile of this container forbids it: `docker run --security-opt "
           "seccomp=unconfined --security-opt apparmor=unconfined …` starts one that does not";
  if (asker.isRoot)
    return {};
  if (setting(files, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1")
    return "; AppArmor forbids it to users who are not root: `sudo sysctl "
           "kernel.apparmor_restrict_unprivileged_userns=0` allows it";
  if (setting(files, "/proc/sys/kernel/unprivileged_userns_clone") == "0")
    return "; this kernel forbids it to users who are not root: `sudo sysctl "
           "kernel.unprivileged_userns_clone=1` allows it";
  return {};
}

} // namespace pipec::sandbox
