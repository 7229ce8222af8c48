// Streams: standard output, which is data, and standard error, which is talk.
#pragma once

#include "compiler/diagnostics/diagnostic.h"
#include "runtime/cli/exit_code.h"
#include "runtime/report/text.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace pipec::cli {

enum class ColorMode : uint8_t { Auto, Always, Never };

class Streams {
public:
  Streams();
  /// What could not be written because the reader has gone is dropped quietly; any other failure of
  /// standard output is told. True: all is well.
  bool finish();

  /// Decides for standard error; `Auto` asks NO_COLOR, TERM and whether it is a terminal.
  void setColor(ColorMode mode);
  bool color() const { return useColor; }
  report::Style style() const { return report::Style(useColor); }

  /// `error: …`, and which exit code it means.
  ExitCode fail(llvm::Error error);
  void error(const llvm::Twine& message);
  void warning(const llvm::Twine& message);
  /// All of them from the `first` on, as text on standard error.
  void show(const diagnostics::SourceManager& sources, const diagnostics::DiagnosticList& list,
            bool withWarnings, size_t first = 0);

  llvm::raw_fd_ostream out;
  llvm::raw_fd_ostream err;

private:
  bool useColor = false;
};

/// Whether standard error is a terminal that understands cursor movements.
bool talksToTerminal();

} // namespace pipec::cli
