// Which variables steps with network are given, and which of them are in keys.
#pragma once

#include "runtime/sandbox/spawn.h"
#include "runtime/workspace/configuration.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::engine {

struct NetworkVariables {
  std::vector<sandbox::Variable> all;
  /// The names of those that can change what a source gets: all but proxies and certificates of the
  /// user's own, which only say how the network is reached.
  std::vector<std::string> counted;
};

/// The proxies and certificates of pipec's own environment, then what is configured, then what is
/// `given` on the command line. A usage error for what is no NAME or NAME=VALUE, and for a name
/// that decides how programs run, if a workspace's file has it.
llvm::Expected<NetworkVariables>
networkVariables(llvm::ArrayRef<workspace::NetworkSetting> configured,
                 llvm::ArrayRef<std::string> given);

} // namespace pipec::engine
