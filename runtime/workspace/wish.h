// Wishes: what pipelines want that belongs to the user and not to the workspace. Each has to be
// granted once (docs/trust.md).
#pragma once

#include "llvm/ADT/StringRef.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace pipec::workspace {

enum class WishKind : uint8_t {
  Read,   ///< a file or folder
  Write,  ///< a file or folder
  Socket, ///< a Unix socket
  Secret,
  Settings, ///< of no action: what a checkout's `.pipec/config.json` says of secrets and network
};
/// `read`, `write`, `socket`, `secret`, `settings`: as documents and the record of grants have it.
llvm::StringRef kindName(WishKind kind);
std::optional<WishKind> wishKind(llvm::StringRef name);

struct Wish {
  WishKind kind = WishKind::Secret;
  /// An absolute path without links, the name of a secret, or `sha256:…` of the settings' file.
  std::string name;
  auto operator<=>(const Wish&) const = default;
};

/// "read `/home/ada/.ssh`", "have the secret `npm/token`".
std::string describe(const Wish& wish);

/// Decides which wishes come true.
class Grants {
public:
  virtual ~Grants() = default;
  virtual bool allows(const Wish& wish) const = 0;
  /// One clause that says why a wish does not come true: "nobody has granted that".
  virtual std::string refusal() const = 0;
};
/// Allows everything: for what a person has said so of, and for tests.
const Grants& allGrants();

} // namespace pipec::workspace
