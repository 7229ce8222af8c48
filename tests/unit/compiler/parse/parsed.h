// What the tests of the parser share: a text, parsed.
#pragma once

#include "compiler/ast/dump.h"
#include "compiler/parse/parse.h"

#include <string>
#include <vector>

namespace pipec::parse {

struct Parsed {
  explicit Parsed(std::string text) : file(sources.add("a.pipe", std::move(text))) {
    module = parseModule(sources, file, diagnostics);
    diagnostics.sort();
  }

  /// `E0101 3:5`, in order.
  std::vector<std::string> codes() const {
    std::vector<std::string> result;
    for (const diagnostics::Diagnostic& diagnostic : diagnostics.all()) {
      diagnostics::LineColumn place = sources.file(file).lineColumn(diagnostic.primary.range.begin);
      result.push_back((diagnostics::codeName(diagnostic.code) + " " + llvm::Twine(place.line) +
                        ":" + llvm::Twine(place.column))
                           .str());
    }
    return result;
  }

  /// The text with the first fix of every diagnostic made.
  std::string fixed() const {
    std::vector<diagnostics::Edit> edits;
    for (const diagnostics::Diagnostic& diagnostic : diagnostics.all())
      if (!diagnostic.fixes.empty())
        edits.insert(edits.end(), diagnostic.fixes.front().edits.begin(),
                     diagnostic.fixes.front().edits.end());
    std::string text = sources.file(file).text().str();
    std::stable_sort(edits.begin(), edits.end(),
                     [](const auto& a, const auto& b) { return a.range.begin > b.range.begin; });
    for (const diagnostics::Edit& edit : edits)
      text.replace(edit.range.begin, edit.range.end - edit.range.begin, edit.replacement);
    return text;
  }

  /// The value of the first declaration, which is a `let`.
  template <class Node> const Node& value() const {
    const auto& let = std::get<ast::LetDecl>(module.decls.front().node);
    return std::get<Node>(module.exprs[let.value].node);
  }

  std::string dump() const {
    std::string text;
    llvm::raw_string_ostream out(text);
    ast::dump(out, sources.file(file), module);
    return text;
  }

  diagnostics::SourceManager sources;
  diagnostics::SourceFileId file;
  diagnostics::DiagnosticList diagnostics;
  ast::Module module;
};

using Codes = std::vector<std::string>;

} // namespace pipec::parse
