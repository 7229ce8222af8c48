// The configuration: what belongs to a person or a machine, not to a program.
#pragma once

#include "runtime/workspace/settings_file.h"
#include "runtime/workspace/trust.h"
#include "runtime/workspace/workspace.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::workspace {

/// `NAME` or `NAME=VALUE`, a variable for steps with network.
struct NetworkSetting {
  std::string text;
  /// The user's own file says so, and not one of the workspace that the user has only agreed to.
  bool isOwn = true;
};

/// ```
/// { "secrets": { "providers": [ {"file": "…"}, {"command": ["pass", "show", "{name}"]} ] },
///   "network": { "env": ["NAME", "NAME=VALUE"] },
///   "cache": { "size": "20GiB", "age": "30d" },
///   "machine": { "cpus": 8, "memory": "24GiB" },
///   "history": { "count": "100", "age": "90d" },
///   "workspaces": { "/home/ada/site": { … the same without `workspaces` … } } }
/// ```
/// in the user's `$XDG_CONFIG_HOME/pipec/config.json`, and without `workspaces` in the workspace's
/// `.pipec/config.json`. Of two that say something the user's section of the workspace counts, then
/// the workspace's file, then the rest of the user's; providers are asked in that order. What the
/// workspace's file says of secrets and network counts only if `trust` allows it.
struct Configuration {
  std::vector<SecretProvider> secretProviders;
  std::vector<NetworkSetting> networkEnvironment; ///< a later one of the same name counts
  std::string cacheSize;                          ///< as written; empty: not given
  std::string cacheAge;
  unsigned cpus = 0; ///< 0: not given
  std::string memory;
  std::string historyCount;
  std::string historyAge;
  std::string ignored; ///< a sentence that says what does not count, and why; else empty
};
/// No file is an empty configuration. Whatever is not as above is a usage error that names the file
/// and the field, and so is a file of the user that others can write.
llvm::Expected<Configuration> readConfiguration(const Workspace& workspace, const Trust& trust);

/// What the workspace's `.pipec/config.json` has that needs trust: the wish to be believed, and
/// what it says, a line each. nullopt: nothing.
struct DoubtfulSettings {
  Wish wish;
  std::vector<std::string> lines;
};
llvm::Expected<std::optional<DoubtfulSettings>> doubtfulSettings(const Workspace& workspace);

} // namespace pipec::workspace
