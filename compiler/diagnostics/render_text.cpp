// A diagnostic as text: header, place, excerpt, notes, help, fixes.
#include "compiler/diagnostics/excerpt.h"
#include "compiler/diagnostics/render.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace pipec::diagnostics {

namespace {

/// ANSI "select graphic rendition" sequences.
constexpr llvm::StringLiteral Reset = "\x1b[0m";
constexpr llvm::StringLiteral Bold = "\x1b[1m";
constexpr llvm::StringLiteral Red = "\x1b[1;31m";
constexpr llvm::StringLiteral Yellow = "\x1b[1;33m";
constexpr llvm::StringLiteral Blue = "\x1b[1;34m";
constexpr llvm::StringLiteral None = "";

class TextRenderer {
public:
  TextRenderer(llvm::raw_ostream& out, const SourceManager& sources, const Diagnostic& diagnostic,
               bool color)
      : out(out), sources(sources), diagnostic(diagnostic), color(color) {
    severityColor = diagnostic.severity() == Severity::Error ? Red : Yellow;
    gutter = std::to_string(lastLine()).size();
  }

  void render() {
    header();
    bool hasPlace = diagnostic.primary.range.valid();
    if (hasPlace)
      place(diagnostic.primary.range.file, true);
    for (SourceFileId file : otherFiles())
      place(file, false);
    if (hasPlace && hasFooter()) {
      gutterText("", "|");
      out << "\n";
    }
    footer();
    out << "\n";
  }

private:
  llvm::raw_ostream& out;
  const SourceManager& sources;
  const Diagnostic& diagnostic;
  bool color;
  llvm::StringRef severityColor;
  size_t gutter = 1;

  void styled(llvm::StringRef style, const llvm::Twine& text) {
    if (color && !style.empty())
      out << style << text << Reset;
    else
      out << text;
  }

  void gutterText(llvm::StringRef number, llvm::StringRef sign) {
    std::string text(gutter + 1 - number.size(), ' ');
    styled(Blue, text + number + " " + sign);
  }

  uint32_t lastLine() const {
    uint32_t last = 1;
    auto consider = [&](const Label& label) {
      if (label.range.valid())
        last = std::max(last, sources.file(label.range.file).lineColumn(label.range.begin).line);
    };
    consider(diagnostic.primary);
    llvm::for_each(diagnostic.secondary, consider);
    return last;
  }

  std::vector<SourceFileId> otherFiles() const {
    std::vector<SourceFileId> files;
    for (const Label& label : diagnostic.secondary)
      if (label.range.valid() && label.range.file != diagnostic.primary.range.file &&
          !llvm::is_contained(files, label.range.file))
        files.push_back(label.range.file);
    return files;
  }

  void header() {
    llvm::StringRef kind = diagnostic.severity() == Severity::Error ? "error" : "warning";
    styled(severityColor, kind + "[" + codeName(diagnostic.code) + "]");
    styled(Bold, ": " + displayText(diagnostic.message));
    out << "\n";
  }

  void place(SourceFileId id, bool primary) {
    const SourceFile& file = sources.file(id);
    std::vector<const Label*> labels;
    for (const Label& label : diagnostic.secondary)
      if (label.range.file == id)
        labels.push_back(&label);
    uint32_t offset = primary ? diagnostic.primary.range.begin : labels.front()->range.begin;
    LineColumn start = file.lineColumn(offset);
    styled(Blue, std::string(gutter + 1, ' ') + (primary ? "-->" : ":::"));
    out << " " << displayText(file.path()) << ":" << start.line << ":" << start.column << "\n";
    gutterText("", "|");
    out << "\n";
    for (const ExcerptRow& row : makeExcerpt(file, primary ? &diagnostic.primary : nullptr, labels))
      excerptRow(row);
  }

  void excerptRow(const ExcerptRow& row) {
    if (row.kind == ExcerptRow::Kind::Gap) {
      styled(Blue, "...");
      out << "\n";
      return;
    }
    bool isLine = row.kind == ExcerptRow::Kind::Line;
    gutterText(isLine ? std::to_string(row.line) : "", "|");
    bool first = true;
    for (const ExcerptRow::Span& span : row.spans) {
      if (span.text.empty())
        continue;
      out << (first ? " " : "");
      first = false;
      styled(colorOf(span.style), span.text);
    }
    out << "\n";
  }

  llvm::StringRef colorOf(ExcerptRow::Span::Style style) const {
    switch (style) {
    case ExcerptRow::Span::Style::Plain:
      return None;
    case ExcerptRow::Span::Style::Primary:
      return severityColor;
    case ExcerptRow::Span::Style::Secondary:
      return Blue;
    }
    return None;
  }

  bool hasFooter() const {
    return !diagnostic.notes.empty() || !diagnostic.help.empty() || !diagnostic.fixes.empty();
  }

  void footerLine(llvm::StringRef kind, llvm::StringRef text) {
    styled(Blue, std::string(gutter + 2, ' ') + "=");
    out << " ";
    styled(Bold, kind + ":");
    // Further lines of a text stand below its first.
    std::string indent(gutter + 6 + kind.size(), ' ');
    bool first = true;
    while (!text.empty()) {
      auto [line, rest] = text.split('\n');
      out << (first ? " " : indent) << displayText(line) << "\n";
      first = false;
      text = rest;
    }
  }

  void footer() {
    for (const std::string& note : diagnostic.notes)
      footerLine("note", note);
    if (!diagnostic.help.empty())
      footerLine("help", diagnostic.help);
    std::string fixes;
    for (const Fix& fix : diagnostic.fixes) {
      // A description that is the new text itself is quoted; one in words is not.
      bool isText = !fix.edits.empty() && fix.description == fix.edits.front().replacement;
      fixes += fixes.empty() ? "" : " or ";
      fixes += isText ? "`" + fix.description + "`" : fix.description;
    }
    if (!fixes.empty())
      footerLine(diagnostic.automaticFix() ? "fix" : "try", fixes);
  }
};

} // namespace

void renderText(llvm::raw_ostream& out, const SourceManager& sources, const Diagnostic& diagnostic,
                bool color) {
  TextRenderer(out, sources, diagnostic, color).render();
}

} // namespace pipec::diagnostics
