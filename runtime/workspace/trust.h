// Trust: what a run may have of its user.
#pragma once

#include "runtime/workspace/wish.h"

#include <set>
#include <string>

namespace pipec::workspace {

enum class TrustMode : uint8_t {
  Remembered, ///< what `pipec trust` was told
  Everything, ///< `--trust`, or PIPEC_TRUST=1
  Nothing,    ///< `--untrusted`, or PIPEC_TRUST=0
};

class Trust final : public Grants {
public:
  TrustMode mode() const { return mode_; }
  bool isUntrusted() const { return mode_ == TrustMode::Nothing; }
  bool allows(const Wish& wish) const override;
  std::string refusal() const override;

  explicit Trust(TrustMode mode, std::set<Wish> granted = {})
      : mode_(mode), granted_(std::move(granted)) {}

private:
  TrustMode mode_;
  std::set<Wish> granted_;
};

} // namespace pipec::workspace
