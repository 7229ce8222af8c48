// `pipec fmt`.
#include "runtime/cli/command.h"
#include "runtime/cli/fmt_files.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/unified_diff.h"
#include "runtime/workspace/replace_content.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/format/format.h"
#include "compiler/parse/parse.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace pipec::cli {

std::vector<Option> fmtOptions() {
  return {
      {"check", 0, "", "write nothing; name the files that would change, and exit with 1"},
      {"diff", 0, "", "like --check, but show what would change"},
  };
}

namespace {

class Formatter {
public:
  Formatter(Streams& io, const Arguments& arguments, const CommonSettings& common)
      : io(io), showsDiff(arguments.has("diff")), checks(showsDiff || arguments.has("check")),
        common(common) {}

  /// From standard input to standard output.
  ExitCode formatInput() {
    auto input = llvm::MemoryBuffer::getSTDIN();
    if (!input)
      return io.fail(base::systemError("cannot read standard input", input.getError().value()));
    std::string text = (*input)->getBuffer().str();
    std::optional<std::string> formatted = format("<stdin>", text);
    if (!formatted)
      return ExitCode::Usage;
    io.out.setContent(StreamContent::Bytes);
    if (showsDiff)
      io.out << unifiedDiff("<stdin>", text, *formatted);
    else if (!checks)
      io.out << *formatted;
    return checks && *formatted != text ? ExitCode::Failure : ExitCode::Success;
  }

  void formatFile(const std::string& path) {
    if (llvm::Error error = tryFile(path)) {
      ++failed;
      worst = std::max(worst, io.fail(std::move(error)));
    }
  }

  ExitCode finish() {
    if (!common.quiet)
      tellCounts();
    bool differs = checks && changed > 0;
    return worst != ExitCode::Success ? worst : differs ? ExitCode::Failure : ExitCode::Success;
  }

private:
  Streams& io;
  bool showsDiff;
  bool checks;
  const CommonSettings& common;
  size_t changed = 0;
  size_t unchanged = 0;
  size_t failed = 0;
  ExitCode worst = ExitCode::Success;

  /// nullopt: the text has errors, which have been shown.
  std::optional<std::string> format(llvm::StringRef path, const std::string& text) {
    diagnostics::SourceManager sources;
    diagnostics::DiagnosticList list;
    diagnostics::SourceFileId file = sources.add(path.str(), text);
    ast::Module module = parse::parseModule(sources, file, list);
    if (!module.hasSyntaxErrors)
      return format::formatModule(sources.file(file), module);
    list.sort();
    io.show(sources, list, /*withWarnings=*/false);
    return std::nullopt;
  }

  llvm::Error tryFile(const std::string& path) {
    auto text = base::makeRealFileSystem()->read(path);
    if (!text)
      return text.takeError();
    std::optional<std::string> formatted = format(path, *text);
    if (!formatted) {
      ++failed;
      worst = std::max(worst, ExitCode::Usage);
      return llvm::Error::success();
    }
    if (*formatted == *text) {
      ++unchanged;
      return llvm::Error::success();
    }
    if (!checks)
      if (llvm::Error error = workspace::replaceContent(path, *formatted))
        return error;
    ++changed;
    if (showsDiff) {
      io.out.setContent(StreamContent::Bytes);
      io.out << unifiedDiff(path, *text, *formatted);
    } else if (checks) {
      io.out << report::printable(path) << '\n';
    } else if (common.verbose) {
      io.err << "reformatted " << report::printable(path) << '\n';
    }
    return llvm::Error::success();
  }

  void tellCounts() {
    llvm::StringRef separator = "pipec: ";
    auto tell = [&](size_t count, llvm::StringRef what) {
      if (count == 0)
        return;
      io.err << separator << count << (count == 1 ? " file " : " files ") << what;
      separator = ", ";
    };
    tell(changed, checks ? "would be reformatted" : "reformatted");
    tell(unchanged, checks ? "already formatted" : "left unchanged");
    tell(failed, "with errors, not formatted");
    io.err << '\n';
  }
};

} // namespace

llvm::Expected<ExitCode> runFmt(Words words, Streams& io) {
  auto invocation = invokeSimple("fmt", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  Formatter formatter(io, arguments, (*invocation)->common);
  if (llvm::is_contained(arguments.words(), "-")) {
    if (arguments.words().size() > 1)
      return base::usageError("`-` is standard input, and stands alone");
    return formatter.formatInput();
  }
  auto files = filesToFormat(arguments.words());
  if (!files)
    return files.takeError();
  for (const std::string& file : *files)
    formatter.formatFile(file);
  return formatter.finish();
}

} // namespace pipec::cli
