// One file of settings, as it is written: the user's own, or a workspace's `.pipec/config.json`.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <string>
#include <vector>

namespace pipec::workspace {

/// Where secrets come from besides the environment; asked in this order. Exactly one is set.
struct SecretProvider {
  std::string file;                 ///< absolute: a JSON object, names to values
  std::vector<std::string> command; ///< `{name}` in a word is the secret's name
};

/// What is not given is empty, or 0.
struct Settings {
  std::vector<SecretProvider> secretProviders;
  std::vector<std::string> networkEnvironment; ///< `NAME` or `NAME=VALUE`
  std::string cacheSize;                       ///< as written
  std::string cacheAge;
  unsigned cpus = 0;
  std::string memory;
  std::string historyCount;
  std::string historyAge;

  /// Whether it says something that executes, reads secrets or redirects the network.
  bool needsTrust() const { return !secretProviders.empty() || !networkEnvironment.empty(); }
};

struct SettingsFile {
  Settings general;
  std::map<std::string, Settings> workspaces; ///< by the path as written, which is absolute
};

enum class SettingsKind : uint8_t {
  User,
  Workspace, ///< has no `workspaces`
};

/// `text` is what is in `file`; the files of providers are relative to `folder`. A usage error
/// names the file and the field: a mistyped one is told, not ignored.
llvm::Expected<SettingsFile> parseSettings(llvm::StringRef text, const std::string& file,
                                           const std::string& folder, SettingsKind kind);

} // namespace pipec::workspace
