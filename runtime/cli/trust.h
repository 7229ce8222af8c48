// Trust: what this run may have of its user, from the options, the environment and the record.
#pragma once

#include "runtime/cache/scoped_action_cache.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/grants.h"
#include "runtime/cli/options.h"

namespace pipec::cli {

enum class TrustMode : uint8_t {
  Remembered, ///< what `pipec trust` was told
  Everything, ///< `--trust`, or PIPEC_TRUST=1
  Nothing,    ///< `--untrusted`, or PIPEC_TRUST=0
};

class Trust final : public exec::Grants {
public:
  /// The options count before the environment. A usage error for both options at once.
  static llvm::Expected<Trust> read(const Arguments& arguments, const Workspace& workspace);

  TrustMode mode() const { return mode_; }
  bool isUntrusted() const { return mode_ == TrustMode::Nothing; }
  bool allows(const exec::Wish& wish) const override;
  std::string refusal() const override;
  cache::Scope scope() const {
    return isUntrusted() ? cache::Scope::Untrusted : cache::Scope::Trusted;
  }

  explicit Trust(TrustMode mode, std::set<exec::Wish> granted = {})
      : mode_(mode), granted_(std::move(granted)) {}

private:
  TrustMode mode_;
  std::set<exec::Wish> granted_;
};

/// `--trust` and `--untrusted`.
std::vector<Option> trustOptions();

/// An untrusted run has no effects, and isolates or does not run. A usage error if the arguments
/// want something else.
llvm::Error restrictUntrusted(const Trust& trust, const Arguments& arguments,
                              ExecutionSettings& settings);

} // namespace pipec::cli
