// `pipec check`.
#include "runtime/cli/command.h"
#include "runtime/cli/fix.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/unified_diff.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/diagnostics/render.h"

namespace pipec::cli {

std::vector<Option> checkOptions() {
  return {
      {"strict", 0, "", "warnings are errors"},
      {"fix", 0, "", "make the fixes that the messages name after `= fix:`"},
      {"diff", 0, "", "with --fix: show the changes, and write nothing"},
      {"format", 0, "text|json|sarif", "json, sarif: one document on standard output"},
  };
}

namespace {

enum class CheckFormat : uint8_t { Text, Json, Sarif };

} // namespace

static llvm::Expected<CheckFormat> formatOf(const Arguments& arguments) {
  if (arguments.value("format").value_or("text") == "sarif")
    return CheckFormat::Sarif;
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();
  return *asJson ? CheckFormat::Json : CheckFormat::Text;
}

static std::string counted(size_t count, llvm::StringRef one, llvm::StringRef many) {
  return (llvm::Twine(count) + " " + (count == 1 ? one : many)).str();
}

static void writeDocument(Streams& io, engine::Program& program, size_t errors, size_t warnings) {
  driver::Compilation& compilation = program.compilation();
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.check/1");
      json.attribute("errors", errors);
      json.attribute("warnings", warnings);
      json.attributeArray("files", [&] {
        for (const std::string& file : program.files())
          json.value(base::jsonText(file));
      });
      json.attributeArray("diagnostics", [&] {
        for (const diagnostics::Diagnostic& diagnostic : compilation.diagnostics().all())
          diagnostics::renderJson(json, compilation.sources(), diagnostic);
      });
    });
  });
}

static void writeSarif(Streams& io, engine::Program& program, const workspace::Workspace& workspace,
                       bool strict) {
  driver::Compilation& compilation = program.compilation();
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    diagnostics::renderSarif(json, compilation.sources(), compilation.diagnostics().all(),
                             {PIPEC_VERSION, workspace.root, strict});
  });
}

/// Makes the fixes or shows them, and says so.
static llvm::Error fix(const workspace::Workspace& workspace,
                       llvm::ArrayRef<engine::Target> targets, bool onlyShow, bool quiet,
                       Streams& io) {
  auto files = engine::pipeFilesOf(workspace, targets);
  if (!files)
    return files.takeError();
  auto fixed = fixFiles(workspace, *files);
  if (!fixed)
    return fixed.takeError();
  if (onlyShow) {
    io.out.setContent(StreamContent::Bytes);
    for (const FixedFile& file : *fixed)
      io.out << unifiedDiff(file.path, file.before, file.after);
    io.out.setContent(StreamContent::Text);
  } else if (llvm::Error error = writeFixed(workspace, *fixed)) {
    return error;
  }
  if (!quiet)
    for (const FixedFile& file : *fixed)
      io.err << "pipec: " << (onlyShow ? "would make " : "made ")
             << counted(file.fixes, "fix", "fixes") << " in " << report::printable(file.path)
             << '\n';
  return llvm::Error::success();
}

/// A word is a file, whatever it is called; `DIR/...` is every file below DIR.
static std::vector<engine::Target> filesToCheck(llvm::ArrayRef<std::string> words) {
  std::vector<engine::Target> targets;
  for (const std::string& word : words) {
    engine::Target target = engine::parseTarget(word);
    if (target.folder.empty()) {
      target = engine::Target();
      target.typed = target.file = word;
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

llvm::Expected<ExitCode> runCheck(Words words, Streams& io) {
  auto invocation = invokeSimple("check", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  if (arguments.has("diff") && !arguments.has("fix"))
    return base::usageError("`--diff` shows what `--fix` would change: give both");
  auto format = formatOf(arguments);
  if (!format)
    return format.takeError();
  if (arguments.has("diff") && *format != CheckFormat::Text)
    return base::usageError("`--diff` is a text on standard output, as is the document of "
                            "`--format`: give one of them");
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  std::vector<engine::Target> targets = filesToCheck(arguments.words());
  bool quiet = (*invocation)->common.quiet;
  if (arguments.has("fix"))
    if (llvm::Error error = fix(*workspace, targets, arguments.has("diff"), quiet, io))
      return error;
  auto program = engine::Program::load(*workspace, targets);
  if (!program)
    return program.takeError();

  driver::Compilation& compilation = (*program)->compilation();
  size_t errors = compilation.diagnostics().errorCount();
  size_t warnings = compilation.diagnostics().all().size() - errors;
  bool strict = arguments.has("strict");
  if (*format == CheckFormat::Json)
    writeDocument(io, **program, errors, warnings);
  else if (*format == CheckFormat::Sarif)
    writeSarif(io, **program, *workspace, strict);
  else {
    io.show(compilation.sources(), compilation.diagnostics(), /*withWarnings=*/true);
    if (!quiet)
      io.err << "pipec: " << counted((*program)->files().size(), "file", "files") << " checked, "
             << counted(errors, "error", "errors") << ", "
             << counted(warnings, "warning", "warnings") << '\n';
  }
  return errors || (strict && warnings) ? ExitCode::Usage : ExitCode::Success;
}

} // namespace pipec::cli
