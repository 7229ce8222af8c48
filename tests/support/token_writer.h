// TokenWriter: tokens with random white space and comments between them.
#pragma once

#include "program_generator.h"
#include "random.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::test {

class TokenWriter {
public:
  TokenWriter(Random& random, const ProgramShape& shape);

  void token(llvm::StringRef text);
  /// A token that is part of the one before: the next follows without a gap.
  void glued(llvm::StringRef text);
  /// A line may well end here.
  void line();
  /// In the code of a one-line string no line may end.
  void forbidLines() { ++lineless; }
  void allowLines() { --lineless; }
  bool linesAllowed() const { return lineless == 0; }
  /// The next token stays on this line, for what would be read otherwise at the start of one.
  void sameLine() { staysOnLine = true; }
  llvm::StringRef lineEnd() const { return crlf ? "\r\n" : "\n"; }

  size_t size() const { return out.size(); }
  void shebang();
  std::string take();

private:
  Random& random;
  const ProgramShape& shape;
  std::string out;
  bool crlf = false;
  unsigned commentOdds = 0; ///< once in so many gaps
  unsigned lineless = 0;
  bool staysOnLine = false;
  bool isGlued = false;
  bool lineWanted = false;

  void gap(llvm::StringRef next);
  void oddGap();
  void comment();
  bool mustSeparate(llvm::StringRef next) const;
};

} // namespace pipec::test
