// A diagnostic as JSON.
#include "compiler/base/json.h"
#include "compiler/diagnostics/render.h"

namespace pipec::diagnostics {

static void writeRange(llvm::json::OStream& json, const SourceManager& sources, SourceRange range) {
  if (!range.valid())
    return;
  const SourceFile& file = sources.file(range.file);
  LineColumn start = file.lineColumn(range.begin);
  LineColumn end = file.lineColumn(range.end);
  json.attribute("file", base::jsonText(file.path()));
  json.attribute("line", start.line);
  json.attribute("column", start.column);
  json.attribute("endLine", end.line);
  json.attribute("endColumn", end.column);
}

static void writeFix(llvm::json::OStream& json, const SourceManager& sources, const Fix& fix,
                     bool automatic) {
  json.attribute("description", base::jsonText(fix.description));
  json.attribute("automatic", automatic);
  json.attributeArray("edits", [&] {
    for (const Edit& edit : fix.edits)
      json.object([&] {
        writeRange(json, sources, edit.range);
        json.attribute("begin", edit.range.begin);
        json.attribute("end", edit.range.end);
        json.attribute("replacement", base::jsonText(edit.replacement));
      });
  });
}

void renderJson(llvm::json::OStream& json, const SourceManager& sources,
                const Diagnostic& diagnostic) {
  json.object([&] {
    json.attribute("code", codeName(diagnostic.code));
    json.attribute("severity", diagnostic.severity() == Severity::Error ? "error" : "warning");
    json.attribute("message", base::jsonText(diagnostic.message));
    writeRange(json, sources, diagnostic.primary.range);
    json.attribute("label", base::jsonText(diagnostic.primary.text));
    json.attributeArray("labels", [&] {
      for (const Label& label : diagnostic.secondary)
        json.object([&] {
          writeRange(json, sources, label.range);
          json.attribute("text", base::jsonText(label.text));
        });
    });
    json.attributeArray("notes", [&] {
      for (const std::string& note : diagnostic.notes)
        json.value(base::jsonText(note));
    });
    json.attribute("help", base::jsonText(diagnostic.help));
    json.attributeArray("fixes", [&] {
      for (const Fix& fix : diagnostic.fixes)
        json.object([&] { writeFix(json, sources, fix, &fix == diagnostic.automaticFix()); });
    });
  });
}

} // namespace pipec::diagnostics
