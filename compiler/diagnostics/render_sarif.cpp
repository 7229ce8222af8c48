// Diagnostics as a SARIF log.
#include "compiler/base/json.h"
#include "compiler/diagnostics/pages.h"
#include "compiler/diagnostics/render.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::diagnostics {

namespace {

constexpr llvm::StringLiteral Schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr llvm::StringLiteral BaseId = "WORKSPACE";

/// RFC 3986: what is no unreserved character of a path is written as `%XX`.
std::string uriOf(llvm::StringRef path) {
  std::string uri;
  for (char c : path) {
    if (llvm::isAlnum(c) || llvm::StringRef("-._~/").contains(c))
      uri += c;
    else
      uri += "%" + llvm::utohexstr(static_cast<unsigned char>(c), /*LowerCase=*/false, 2);
  }
  return uri;
}

class SarifWriter {
public:
  SarifWriter(llvm::json::OStream& json, const SourceManager& sources,
              llvm::ArrayRef<Diagnostic> diagnostics, const SarifTool& tool)
      : json(json), sources(sources), diagnostics(diagnostics), tool(tool) {
    for (const Diagnostic& diagnostic : diagnostics)
      if (!llvm::is_contained(rules, diagnostic.code))
        rules.push_back(diagnostic.code);
    llvm::sort(rules);
  }

  void write() {
    json.object([&] {
      json.attribute("$schema", Schema);
      json.attribute("version", "2.1.0");
      json.attributeArray("runs", [&] { json.object([&] { run(); }); });
    });
  }

private:
  llvm::json::OStream& json;
  const SourceManager& sources;
  llvm::ArrayRef<Diagnostic> diagnostics;
  const SarifTool& tool;
  std::vector<Code> rules;
  std::vector<Page> pages = pagesOf(embeddedPages());

  void run() {
    json.attributeObject("tool", [&] {
      json.attributeObject("driver", [&] {
        json.attribute("name", "pipec");
        json.attribute("semanticVersion", tool.version);
        json.attributeArray("rules", [&] {
          for (Code code : rules)
            json.object([&] { rule(code); });
        });
      });
    });
    json.attribute("columnKind", "unicodeCodePoints");
    json.attributeObject("originalUriBaseIds", [&] {
      json.attributeObject(BaseId,
                           [&] { json.attribute("uri", "file://" + uriOf(tool.workspace) + "/"); });
    });
    json.attributeArray("results", [&] {
      for (const Diagnostic& diagnostic : diagnostics)
        json.object([&] { result(diagnostic); });
    });
  }

  llvm::StringRef levelOf(Code code) const {
    bool error = severityOf(code) == Severity::Error || tool.warningsAreErrors;
    return error ? "error" : "warning";
  }

  void rule(Code code) {
    json.attribute("id", codeName(code));
    json.attributeObject("shortDescription", [&] { json.attribute("text", codeTitle(code)); });
    json.attributeObject("defaultConfiguration", [&] { json.attribute("level", levelOf(code)); });
    for (const Page& page : pages)
      if (page.code == codeName(code))
        json.attributeObject("help", [&] {
          json.attribute("text", base::jsonText(page.text));
          json.attribute("markdown", base::jsonText(page.text));
        });
  }

  void result(const Diagnostic& diagnostic) {
    json.attribute("ruleId", codeName(diagnostic.code));
    json.attribute("ruleIndex", llvm::find(rules, diagnostic.code) - rules.begin());
    json.attribute("level", levelOf(diagnostic.code));
    json.attributeObject("message", [&] { json.attribute("text", messageOf(diagnostic)); });
    if (diagnostic.primary.range.valid())
      json.attributeArray("locations", [&] { json.object([&] { location(diagnostic.primary); }); });
    if (!diagnostic.secondary.empty())
      json.attributeArray("relatedLocations", [&] {
        for (const Label& label : diagnostic.secondary)
          json.object([&] { location(label); });
      });
    if (!diagnostic.fixes.empty())
      json.attributeArray("fixes", [&] {
        for (const Fix& each : diagnostic.fixes)
          json.object([&] { fix(each); });
      });
  }

  /// A viewer shows only this text: notes and help are part of it.
  static std::string messageOf(const Diagnostic& diagnostic) {
    std::string text = diagnostic.message;
    for (const std::string& note : diagnostic.notes)
      text += "\nnote: " + note;
    if (!diagnostic.help.empty())
      text += "\nhelp: " + diagnostic.help;
    return base::jsonText(text);
  }

  void location(const Label& label) {
    json.attributeObject("physicalLocation", [&] {
      artifact(label.range.file);
      json.attributeObject("region", [&] { region(label.range); });
    });
    if (!label.text.empty())
      json.attributeObject("message", [&] { json.attribute("text", base::jsonText(label.text)); });
  }

  void artifact(SourceFileId id) {
    llvm::StringRef path = sources.file(id).path();
    json.attributeObject("artifactLocation", [&] {
      bool library = path.starts_with("std/");
      json.attribute("uri", uriOf(path));
      if (!library)
        json.attribute("uriBaseId", BaseId);
    });
  }

  void region(SourceRange range) {
    const SourceFile& file = sources.file(range.file);
    LineColumn start = file.lineColumn(range.begin);
    LineColumn end = file.lineColumn(range.end);
    json.attribute("startLine", start.line);
    json.attribute("startColumn", start.column);
    json.attribute("endLine", end.line);
    json.attribute("endColumn", end.column);
    json.attribute("byteOffset", range.begin);
    json.attribute("byteLength", range.end - range.begin);
  }

  void fix(const Fix& fix) {
    json.attributeObject("description",
                         [&] { json.attribute("text", base::jsonText(fix.description)); });
    json.attributeArray("artifactChanges", [&] {
      std::vector<SourceFileId> files;
      for (const Edit& edit : fix.edits)
        if (!llvm::is_contained(files, edit.range.file))
          files.push_back(edit.range.file);
      for (SourceFileId file : files)
        json.object([&] { change(fix, file); });
    });
  }

  void change(const Fix& fix, SourceFileId file) {
    artifact(file);
    json.attributeArray("replacements", [&] {
      for (const Edit& edit : fix.edits)
        if (edit.range.file == file)
          json.object([&] {
            json.attributeObject("deletedRegion", [&] { region(edit.range); });
            json.attributeObject("insertedContent",
                                 [&] { json.attribute("text", base::jsonText(edit.replacement)); });
          });
    });
  }
};

} // namespace

void renderSarif(llvm::json::OStream& json, const SourceManager& sources,
                 llvm::ArrayRef<Diagnostic> diagnostics, const SarifTool& tool) {
  SarifWriter(json, sources, diagnostics, tool).write();
}

} // namespace pipec::diagnostics
