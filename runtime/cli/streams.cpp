// Writing to the two streams, and surviving when nobody reads them.
#include "runtime/cli/streams.h"

#include "compiler/base/error.h"
#include "compiler/diagnostics/render.h"

#include "llvm/ADT/STLExtras.h"

#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::cli {

// ---- one stream ----------------------------------------------------------------

static bool isRegularFile(int descriptor) {
  struct stat status;
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

GuardedStream::GuardedStream(int descriptor, bool isUnbuffered)
    : raw_ostream(isUnbuffered), below(descriptor, /*shouldClose=*/false, isUnbuffered),
      isFile(isRegularFile(descriptor)) {
  setContent(StreamContent::Text);
}

GuardedStream::~GuardedStream() {
  endBlock();
}

void GuardedStream::endBlock() {
  flush();
  std::string rest;
  guard.finish(rest);
  below << rest;
  below.flush();
}

void GuardedStream::setContent(StreamContent kind) {
  endBlock();
  content = kind;
  bool isText = kind == StreamContent::Text;
  bool mayHoldCommands = isText || (kind == StreamContent::Output && !isFile);
  report::GuardOptions options;
  options.colors = colors;
  options.escapes = isText || below.is_displayed();
  options.commands = mayHoldCommands && report::isReadByService();
  guard = report::TextGuard(options);
}

void GuardedStream::setColor(bool hasColors) {
  colors = hasColors;
  setContent(content);
}

void GuardedStream::write_impl(const char* bytes, size_t size) {
  std::string shown;
  guard.feed({bytes, size}, shown);
  below << shown;
  written += size;
}

std::error_code GuardedStream::takeError() {
  endBlock();
  std::error_code problem = below.error();
  below.clear_error();
  return problem;
}

// ---- both ----------------------------------------------------------------------

Streams::Streams()
    : out(STDOUT_FILENO, /*isUnbuffered=*/false), err(STDERR_FILENO, /*isUnbuffered=*/true) {
  setColor(ColorMode::Auto);
}

bool Streams::finish() {
  std::error_code problem = out.takeError();
  bool bad = problem && problem != std::errc::broken_pipe;
  if (bad)
    error("cannot write to standard output: " + problem.message());
  err.takeError();
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
  // `--color` is about the talk; data is coloured for eyes alone.
  out.setColor(useColor && out.is_displayed());
  err.setColor(useColor);
}

ExitCode Streams::fail(llvm::Error failure) {
  auto [category, text] = base::describe(std::move(failure));
  error(text);
  return category == base::ErrorCategory::Usage ? ExitCode::Usage : ExitCode::World;
}

void Streams::error(const llvm::Twine& message) {
  err << style().red("error") << ": " << report::printableLines(message.str()) << '\n';
}

void Streams::warning(const llvm::Twine& message) {
  err << style().yellow("warning") << ": " << report::printableLines(message.str()) << '\n';
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
