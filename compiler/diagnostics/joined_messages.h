// JoinedMessages: one mistake in one message, also where it was made in several places.
#pragma once

#include "compiler/diagnostics/diagnostic.h"

#include "llvm/ADT/StringMap.h"

#include <vector>

namespace pipec::diagnostics {

/// Keeps the messages of one module. A name that is wrong in several places is one mistake, and so
/// is a sign of another language: the first message then shows the other places, and its fixes are
/// for all of them.
class JoinedMessages final : public DiagnosticConsumer {
public:
  void handle(Diagnostic message) override;
  /// Hands all over, or the errors alone, in order, and is empty then.
  void release(DiagnosticConsumer& consumer, bool withWarnings = true);

private:
  struct Kept {
    Diagnostic message;
    size_t repeated = 0; ///< how often it was said again
  };
  std::vector<Kept> kept;
  llvm::StringMap<size_t> firstSaying; ///< of `kept`, by what it says; of those that are joined
};

} // namespace pipec::diagnostics
