// The workspace's `.pipec/config.json`: what belongs to a person or a machine, not to a program.
#pragma once

#include "runtime/cli/workspace.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::cli {

/// Where secrets come from besides the environment; asked in this order. Exactly one is set.
struct SecretProvider {
  std::string file;                 ///< absolute: a JSON object, names to values
  std::vector<std::string> command; ///< `{name}` in a word is the secret's name
};

/// ```
/// { "secrets": { "providers": [ {"file": "…"}, {"command": ["pass", "show", "{name}"]} ] },
///   "network": { "env": ["NAME", "NAME=VALUE"] },
///   "cache": { "size": "20GiB", "age": "30d" },
///   "machine": { "cpus": 8, "memory": "24GiB" },
///   "history": { "count": "100", "age": "90d" } }
/// ```
/// Files are relative to the workspace. No file is an empty configuration; anything that is not as
/// above is a usage error that names the file and the field.
struct Configuration {
  std::vector<SecretProvider> secretProviders;
  std::vector<std::string> networkEnvironment;
  std::string cacheSize; ///< as written; empty: not given
  std::string cacheAge;
  unsigned cpus = 0; ///< 0: not given
  std::string memory;
  std::string historyCount;
  std::string historyAge;
};
llvm::Expected<Configuration> readConfiguration(const Workspace& workspace);

} // namespace pipec::cli
