// Pins: what the lock file says of the sources of one plan.
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/StringMap.h"

#include <map>
#include <string>
#include <vector>

namespace pipec::exec {

struct Pins {
  /// What an execution that is tried again has resolved, by the question's hash; comes before all
  /// else.
  std::map<base::Sha256, std::string> resolved;
  std::string execution; ///< that one's id

  /// What `resolve` is taken to answer to a question (plan::computeQuestionKey).
  std::map<base::Sha256, std::string> identities;

  struct Label {
    /// The pin is for exactly the parameters of this plan: a source of the label that asks
    /// something else is not what was pinned. Else it may be the other parameters that make it ask
    /// that.
    bool isForThisPlan = false;
    std::vector<std::string> asks; ///< plan::questionValues() at the time of the pin
  };
  llvm::StringMap<Label> labels; ///< of nodes that are pinned, for whatever question
};

} // namespace pipec::exec
