// IsolationAdvice: why a machine gives no namespaces to pipec, and the command that makes it do so.
#pragma once

#include "compiler/base/file_system.h"

#include <string>

namespace pipec::sandbox {

/// Who asks.
struct NamespaceAsker {
  bool isRoot;
  bool isFiltered; ///< by seccomp, as containers are
};

/// To be put behind the error of a system call: `; AppArmor …: \`sudo sysctl …\` …`. Empty: nothing
/// is known to be the cause. `files`: where /proc/sys is read.
std::string isolationAdvice(base::FileSystem& files, NamespaceAsker asker);

} // namespace pipec::sandbox
