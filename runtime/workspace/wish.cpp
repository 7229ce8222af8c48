// Wishes in words, and the grants of a person who has granted everything.
#include "runtime/workspace/wish.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::workspace {

llvm::StringRef kindName(WishKind kind) {
  switch (kind) {
  case WishKind::Read:
    return "read";
  case WishKind::Write:
    return "write";
  case WishKind::Socket:
    return "socket";
  case WishKind::Secret:
    return "secret";
  case WishKind::Settings:
    return "settings";
  }
  llvm_unreachable("a wish of no kind");
}

std::optional<WishKind> wishKind(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<WishKind>>(name)
      .Case("read", WishKind::Read)
      .Case("write", WishKind::Write)
      .Case("socket", WishKind::Socket)
      .Case("secret", WishKind::Secret)
      .Case("settings", WishKind::Settings)
      .Default(std::nullopt);
}

std::string describe(const Wish& wish) {
  switch (wish.kind) {
  case WishKind::Read:
    return "read `" + wish.name + "`";
  case WishKind::Write:
    return "write `" + wish.name + "`";
  case WishKind::Socket:
    return "use the socket `" + wish.name + "`";
  case WishKind::Secret:
    return "have the secret `" + wish.name + "`";
  case WishKind::Settings:
    return "have the settings of `.pipec/config.json` believed (" + wish.name + ")";
  }
  llvm_unreachable("a wish of no kind");
}

const Grants& allGrants() {
  class All final : public Grants {
    bool allows(const Wish&) const override { return true; }
    std::string refusal() const override { llvm_unreachable("everything is granted"); }
  };
  static const All all;
  return all;
}

} // namespace pipec::workspace
