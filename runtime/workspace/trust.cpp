// Which wishes a trusted, an untrusted and an ordinary run may have.
#include "runtime/workspace/trust.h"

namespace pipec::workspace {

bool Trust::allows(const Wish& wish) const {
  return mode_ == TrustMode::Everything ||
         (mode_ == TrustMode::Remembered && granted_.count(wish) != 0);
}

std::string Trust::refusal() const {
  return isUntrusted() ? "an untrusted run is granted nothing"
                       : "nobody has granted that; `pipec trust` asks for it and remembers the "
                         "answer, `--trust` grants it for one run";
}

} // namespace pipec::workspace
