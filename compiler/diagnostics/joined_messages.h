// ModuleMessages: what the checks of a module have to say, one mistake in one message.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include "llvm/ADT/StringMap.h"

#include <vector>

namespace pipec::sema {

/// Keeps the messages of one module. A name that is wrong in several places is one mistake: the
/// first message then shows the other places, and its fixes are for all of them.
class ModuleMessages final : public diagnostics::DiagnosticConsumer {
public:
  void handle(diagnostics::Diagnostic message) override;
  /// Hands all over, in order, and is empty then.
  void release(diagnostics::DiagnosticConsumer& consumer);

private:
  struct Kept {
    diagnostics::Diagnostic message;
    size_t repeated = 0; ///< how often it was said again
  };
  std::vector<Kept> kept;
  llvm::StringMap<size_t> firstSaying; ///< of `kept`, by what it says; of messages about names
};

} // namespace pipec::sema
