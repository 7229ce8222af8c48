// Writing to the two streams, and surviving when nobody reads them.
#include "runtime/cli/streams.h"

#include "compiler/base/error.h"
#include "compiler/diagnostics/render.h"

#include "llvm/ADT/STLExtras.h"

#include <cstdlib>
#include <unistd.h>

namespace pipec::cli {

Streams::Streams()
    : out(STDOUT_FILENO, /*shouldClose=*/false), err(STDERR_FILENO, /*shouldClose=*/false,
                                                     /*unbuffered=*/true) {
  setColor(ColorMode::Auto);
}

bool Streams::finish() {
  out.flush();
  std::error_code problem = out.error();
  out.clear_error();
  bool bad = problem && problem != std::errc::broken_pipe;
  if (bad)
    error("cannot write to standard output: " + problem.message());
  err.clear_error();
  return !bad;
}

bool talksToTerminal() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) && terminal && *terminal && llvm::StringRef(terminal) != "dumb";
}

void Streams::setColor(ColorMode mode) {
  const char* noColor = std::getenv("NO_COLOR");
  useColor = mode == ColorMode::Always ||
             (mode == ColorMode::Auto && !(noColor && *noColor) && talksToTerminal());
}

ExitCode Streams::fail(llvm::Error failure) {
  auto [category, text] = base::describe(std::move(failure));
  error(text);
  return category == base::ErrorCategory::Usage ? ExitCode::Usage : ExitCode::World;
}

void Streams::error(const llvm::Twine& message) {
  err << style().red("error") << ": " << message << '\n';
}

void Streams::warning(const llvm::Twine& message) {
  err << style().yellow("warning") << ": " << message << '\n';
}

void Streams::show(const diagnostics::SourceManager& sources,
                   const diagnostics::DiagnosticList& list, bool withWarnings, size_t first) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const diagnostics::Diagnostic& diagnostic : llvm::drop_begin(list.all(), first))
    if (withWarnings || diagnostic.severity() == diagnostics::Severity::Error)
      diagnostics::renderText(stream, sources, diagnostic, useColor);
  err << stream.str();
}

} // namespace pipec::cli
