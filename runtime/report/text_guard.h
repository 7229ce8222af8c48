// TextGuard: what of text that steps and other people wrote gets to a terminal or a log.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <string>

namespace pipec::report {

struct GuardOptions {
  /// Whether colours are let through; else they are left out.
  bool colors = false;
  /// Whether lines that a CI service would take for a command (`::error::`, `##[…]`, `##vso[…]`,
  /// `##teamcity[…]`) are made to be none.
  bool commands = false;
  /// False: everything but such commands is left as it is.
  bool escapes = true;
};

/// Whether this process runs in a CI service that takes lines for commands, by the environment.
bool isReadByService();

/// Text in pieces, cut anywhere. Lines, tabs and colours stay (`ESC [ … m` with colours and weights
/// as parameters; reset at the end of each line); every other control character, every sequence
/// that begins with one, and every hidden character (base::isHidden) is shown as text. A carriage
/// return ends a line: what it would have overwritten is shown as well. Erasing to the end of a
/// line, which compilers write behind each colour, is left out: there is nothing to erase.
class TextGuard {
public:
  explicit TextGuard(GuardOptions guardOptions = {}) : options(guardOptions) {}

  /// Appends to `shown` what is decided of it; the rest is held back for the next piece.
  void feed(llvm::StringRef piece, std::string& shown);
  /// The end of a block: what was held back, and no colour goes on.
  void finish(std::string& shown);

private:
  /// How many bytes of `text` were dealt with; 0: it takes more to decide.
  size_t step(llvm::StringRef text, bool isEnd, std::string& shown);
  size_t sequence(llvm::StringRef text, bool isEnd, std::string& shown);
  size_t command(llvm::StringRef text, bool isEnd, std::string& shown);
  void endLine(std::string& shown);

  GuardOptions options;
  std::string held;
  bool isPainted = false;
  bool atStart = true; ///< of a line, but for white space
  bool wasReturn = false;
};

/// All of a text at once.
std::string guarded(llvm::StringRef text, GuardOptions options = {});

} // namespace pipec::report
