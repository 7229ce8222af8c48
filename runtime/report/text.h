// Text for people: times, and what fits into a line of a terminal.
#pragma once

#include "compiler/base/text.h"
#include "runtime/exec/build.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <cstdint>
#include <string>

namespace pipec::report {

/// One decimal: `1.2 s`, `0.0 s`, `83.0 s`.
std::string secondsText(int64_t milliseconds);

/// The time between two things in its largest unit: `12 s`, `5 min`, `3 h`, `2 days`. Nothing is
/// negative.
std::string ageText(int64_t milliseconds);

/// What a node's commands took: `1.2 s, CPU 3.4 s, memory 120 MiB`.
std::string usageText(const exec::NodeResult& result);

/// A label as a word of a shell line: `'f.b[0]'`.
std::string shellWord(llvm::StringRef label);

/// For what goes into one line: see there.
using base::printable;
using base::printableLines;

/// Columns that printable text occupies; wide characters take two, combining marks none.
unsigned columnWidth(llvm::StringRef printableText);

/// `printableText`, cut in the middle to at most `columns` columns, with `…` for what is left out.
std::string fitToColumns(llvm::StringRef printableText, unsigned columns);

/// The last lines of `text`: at most `lines` lines and `bytes` bytes, beginning at the start of a
/// line where possible.
llvm::StringRef tailOf(llvm::StringRef text, unsigned lines, size_t bytes);

/// ANSI colours, or nothing.
class Style {
public:
  explicit Style(bool enabled) : enabled(enabled) {}
  bool isEnabled() const { return enabled; }
  std::string bold(llvm::StringRef text) const { return wrap("1", text); }
  std::string dim(llvm::StringRef text) const { return wrap("2", text); }
  std::string red(llvm::StringRef text) const { return wrap("1;31", text); }
  std::string green(llvm::StringRef text) const { return wrap("32", text); }
  std::string yellow(llvm::StringRef text) const { return wrap("33", text); }
  std::string blue(llvm::StringRef text) const { return wrap("34", text); }

private:
  std::string wrap(llvm::StringRef code, llvm::StringRef text) const {
    return enabled ? ("\x1b[" + llvm::Twine(code) + "m" + text + "\x1b[0m").str() : text.str();
  }
  bool enabled;
};

} // namespace pipec::report
