// Wishes: what actions want that belongs to the user and not to the workspace. Each has to be
// granted once (docs/trust.md).
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/exec/step.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <compare>
#include <optional>
#include <string>
#include <vector>

namespace pipec::exec {

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

/// What a host path `written` in `paths` is for the machine: absolute and without `.` and `..`, but
/// with its links. Relative paths are below the workspace.
std::string hostPath(llvm::StringRef workspace, llvm::StringRef written);

/// What the action wants, sorted, each once. `environmentPaths`: the `paths` of the environments
/// that it acts on, as written. A path inside the workspace is no wish, unless it is, contains or
/// leads to `.git` or `.pipec`: what is there decides what programs do as the user, and no checkout
/// brings it along.
std::vector<Wish> wishesOf(const plan::ActionSpec& spec,
                           llvm::ArrayRef<std::string> environmentPaths, llvm::StringRef workspace);
/// The same of a node; nothing of one that is deferred, or no action.
std::vector<Wish> wishesOf(const plan::Plan& plan, const plan::Node& node,
                           llvm::StringRef workspace);

/// R1024, if something of `wishes` is not granted; `who` is what wants it.
std::optional<StepFailure> refuseUngranted(llvm::ArrayRef<Wish> wishes, const Grants& grants,
                                           llvm::StringRef who, const plan::Location& place);

/// One wish of a plan, and whose it is.
struct Want {
  Wish wish;
  bool isGranted = false;
  /// In the order of the plans and their nodes; at least one.
  std::vector<const plan::Node*> by;
};
/// All wishes of the plans, sorted, each once; those of deploys and live tests only if
/// `withEffects`. Points into the plans.
std::vector<Want> wantsOf(llvm::ArrayRef<const plan::Plan*> plans, bool withEffects,
                          llvm::StringRef workspace, const Grants& grants);

} // namespace pipec::exec
