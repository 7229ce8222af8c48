// Traces as text.
#include "runtime/report/trace_text.h"

#include "runtime/report/text.h"

#include "llvm/ADT/ArrayRef.h"

namespace pipec::report {

static void appendList(std::string& text, llvm::StringRef what, llvm::ArrayRef<std::string> paths) {
  if (paths.empty())
    return;
  text += ("  " + what + ":\n").str();
  for (const std::string& path : paths)
    text += "    " + printable(path) + "\n";
}

std::string traceText(llvm::StringRef label, const exec::TraceReport& trace) {
  std::string text = "trace of `" + printable(label) + "`\n";
  if (trace.unused.empty() && trace.undeclared.empty() && trace.refused.empty())
    text += "  it opened every input, and looked for nothing else of the repository\n";
  appendList(text, "inputs of which nothing was opened", trace.unused);
  if (!trace.undeclared.empty())
    text += "  looked for, in the repository, and not declared:\n";
  for (const exec::TraceReport::Undeclared& found : trace.undeclared) {
    text += "    " + printable(found.path) + "\n";
    for (const std::string& edit : found.edits)
      text += "      edit: " + printable(edit) + "\n";
  }
  appendList(text, "written to, where nothing can be written", trace.refused);
  appendList(text, "programs of the machine that were executed", trace.programs);
  if (!trace.files.empty())
    text += "  and " + std::to_string(trace.files.size()) +
            (trace.files.size() == 1 ? " file" : " files") +
            " of the machine opened (`--format json` names them)\n";
  return text;
}

} // namespace pipec::report
