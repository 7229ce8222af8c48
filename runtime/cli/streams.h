// Streams: standard output, which is data, and standard error, which is talk.
#pragma once

#include "compiler/diagnostics/diagnostic.h"
#include "runtime/cli/exit_code.h"
#include "runtime/report/text.h"
#include "runtime/report/text_guard.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace pipec::cli {

enum class ColorMode : uint8_t { Auto, Always, Never };

/// What stands in a stream. On a terminal all of it passes the guard.
enum class StreamContent : uint8_t {
  Text,   ///< for people, or a JSON document: passes the guard (report::TextGuard)
  Output, ///< what a step printed: as it is, but for what a CI service would take for a command
  Bytes,  ///< an artifact, a file, a patch: as it is
};

/// Standard output or standard error, which nothing gets to but through the guard.
class GuardedStream final : public llvm::raw_ostream {
public:
  GuardedStream(int descriptor, bool isUnbuffered);
  ~GuardedStream() override;

  /// Of what is written from now on; first it is Text.
  void setContent(StreamContent kind);
  void setColor(bool hasColors);
  /// What could not be written since the last call.
  std::error_code takeError();

  bool is_displayed() const override { return below.is_displayed(); }
  bool has_colors() const override { return below.has_colors(); }

private:
  void write_impl(const char* bytes, size_t size) override;
  uint64_t current_pos() const override { return written; }
  void endBlock();

  llvm::raw_fd_ostream below;
  bool isFile; ///< on a disk, where no service reads
  bool colors = false;
  StreamContent content = StreamContent::Text;
  report::TextGuard guard;
  uint64_t written = 0;
};

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

  GuardedStream out;
  GuardedStream err;

private:
  bool useColor = false;
};

/// Whether standard error is a terminal that understands cursor movements.
bool talksToTerminal();

} // namespace pipec::cli
