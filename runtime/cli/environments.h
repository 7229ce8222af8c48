// The environments of a workspace: those that the deploy state knows and those that files declare.
#pragma once

#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"
#include "runtime/environment/ledger.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <memory>
#include <string>
#include <vector>

namespace pipec::cli {

struct KnownEnvironment {
  environment::EnvironmentStatus status; ///< initial if it is only declared
  bool isDeclared = false;               ///< a `.pipe` file of the workspace has it now
};

/// Needs no program that compiles: files are parsed alone, and those with errors count as far as
/// they can be read.
class Environments {
public:
  static llvm::Expected<Environments> read(const workspace::Workspace& workspace,
                                           environment::Ledger& ledger);
  /// Sorted by identity.
  const std::vector<KnownEnvironment>& all() const { return known; }
  /// The one that `NAME` or `FILE.pipe:NAME` means. A usage error, with a suggestion, if there is
  /// none; and one that names them if there are several.
  llvm::Expected<const KnownEnvironment*> find(llvm::StringRef word) const;

private:
  explicit Environments(const workspace::Workspace& place) : workspace(place) {}

  workspace::Workspace workspace;
  std::vector<KnownEnvironment> known;
};

/// What the commands about one environment begin with. nullopt: help was given.
struct EnvironmentInvocation {
  Arguments arguments;
  CommonSettings common;
  workspace::Workspace workspace;
  std::unique_ptr<environment::Ledger> ledger;
  std::string identity; ///< of the environment that the only word means
  bool asJson = false;
};
llvm::Expected<std::optional<EnvironmentInvocation>>
invokeForEnvironment(llvm::StringRef command, Words words, Streams& io, environment::Access access);

/// Its status after a change.
llvm::Expected<environment::EnvironmentStatus> statusOf(environment::Ledger& ledger,
                                                        llvm::StringRef identity);

// ---- as JSON and text ----------------------------------------------------------

/// The fields of an object that describes the environment.
void writeFields(llvm::json::OStream& json, const environment::EnvironmentStatus& status);
/// `commit`, `modified` and `sources`.
void writeOrigin(llvm::json::OStream& json, const std::optional<environment::Origin>& origin);
/// `a1b2c3d4`, with a `+` for changes that are in no commit; empty: not known.
std::string commitText(const std::optional<environment::Origin>& origin);

} // namespace pipec::cli
