// `pipec check`.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/diagnostics/render.h"

namespace pipec::cli {

std::vector<Option> checkOptions() {
  return {
      {"strict", 0, "", "warnings are errors"},
      {"fix", 0, "", "not available in this version"},
      formatOption(),
  };
}

static std::string counted(size_t count, llvm::StringRef what) {
  return (llvm::Twine(count) + " " + what + (count == 1 ? "" : "s")).str();
}

static void writeDocument(Streams& io, Program& program, size_t errors, size_t warnings) {
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

/// A word is a file, whatever it is called; `DIR/...` is every file below DIR.
static std::vector<Target> filesToCheck(llvm::ArrayRef<std::string> words) {
  std::vector<Target> targets;
  for (const std::string& word : words) {
    Target target = parseTarget(word);
    if (target.folder.empty()) {
      target = Target();
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
  if (arguments.has("fix"))
    return base::usageError("`--fix` is not available in this version; "
                            "what it would write stands after `= fix:` in the messages");
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();
  auto workspace = findWorkspace();
  if (!workspace)
    return workspace.takeError();
  auto program = Program::load(*workspace, filesToCheck(arguments.words()));
  if (!program)
    return program.takeError();

  driver::Compilation& compilation = (*program)->compilation();
  size_t errors = compilation.diagnostics().errorCount();
  size_t warnings = compilation.diagnostics().all().size() - errors;
  if (*asJson) {
    writeDocument(io, **program, errors, warnings);
  } else {
    io.show(compilation.sources(), compilation.diagnostics(), /*withWarnings=*/true);
    if (!(*invocation)->common.quiet)
      io.err << "pipec: " << counted((*program)->files().size(), "file") << " checked, "
             << counted(errors, "error") << ", " << counted(warnings, "warning") << '\n';
  }
  bool bad = errors || (arguments.has("strict") && warnings);
  return bad ? ExitCode::Usage : ExitCode::Success;
}

} // namespace pipec::cli
