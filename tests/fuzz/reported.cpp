// Places, edits and both renderings of messages.
#include "tests/fuzz/reported.h"

#include "compiler/diagnostics/render.h"
#include "tests/fuzz/targets.h"

namespace pipec::fuzz {

using namespace diagnostics;

static void checkRange(const SourceManager& sources, const SourceRange& range) {
  if (!range.valid())
    return;
  expect(range.begin <= range.end, "a message's place begins after its end");
  expect(range.end <= sources.file(range.file).text().size() + 1,
         "a message's place lies behind the end of its file");
}

void checkDiagnostics(const SourceManager& sources, const DiagnosticList& list) {
  std::string rendered;
  llvm::raw_string_ostream out(rendered);
  for (const Diagnostic& diagnostic : list.all()) {
    expect(!diagnostic.message.empty(), "a message is empty");
    checkRange(sources, diagnostic.primary.range);
    for (const Label& label : diagnostic.secondary)
      checkRange(sources, label.range);
    for (const Fix& fix : diagnostic.fixes)
      for (const Edit& edit : fix.edits) {
        expect(edit.range.valid(), "an edit is nowhere");
        expect(edit.range.begin <= edit.range.end, "an edit begins after its end");
        expect(edit.range.end <= sources.file(edit.range.file).text().size(),
               "an edit lies behind the end of its file");
      }
    renderText(out, sources, diagnostic, true);
    llvm::json::OStream json(out);
    renderJson(json, sources, diagnostic);
  }
}

} // namespace pipec::fuzz
