// The reference of the standard library, made from its doc comments.
#include "library_reference.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::golden {

using llvm::StringRef;

namespace {

/// A signature up to this width stands on one line.
constexpr size_t LineWidth = 100;

StringRef keywordOf(ast::ActionKind kind) {
  static constexpr llvm::StringLiteral Keywords[] = {"source", "build", "test", "deploy",
                                                     "approve"};
  return Keywords[static_cast<size_t>(kind)];
}

/// A parameter, a field or a member.
struct Part {
  std::string declared; ///< as it is written
  StringRef name;
  StringRef doc;
};

class ReferenceWriter {
public:
  ReferenceWriter(llvm::raw_ostream& out, StringRef module, StringRef text,
                  const ast::Module& syntax)
      : out_(out), module_(module), text_(text), syntax_(syntax) {}

  void write(const ast::Decl& decl) {
    out_ << "\n### " << module_ << '.' << nameOf(decl).text << "\n\n";
    std::visit([&](const auto& node) { declaration(node); }, decl.node);
    out_ << '\n' << StringRef(decl.doc).trim() << '\n';
    describe();
    parts_.clear();
  }

private:
  void declaration(const ast::FnDecl& fn) {
    take(fn.params);
    signature("fn " + fn.name.text + "(", ") -> " + written(syntax_.types[fn.result].range));
  }
  void declaration(const ast::ActionDecl& action) {
    take(action.params);
    std::string result = action.result ? " " + written(action.result->range) : "";
    signature((keywordOf(action.kind) + " " + action.name.text + "(").str(), ")" + result);
  }
  void declaration(const ast::TypeDecl& type) {
    for (const ast::FieldDecl& field : type.fields)
      parts_.push_back({written(field.range), field.name.text, field.doc});
    signature("type " + type.name.text + " {", "}");
  }
  void declaration(const ast::EnumDecl& enumeration) {
    for (const ast::EnumMember& member : enumeration.members)
      parts_.push_back({member.name.text, member.name.text, member.doc});
    signature("enum " + enumeration.name.text + " {", "}");
  }
  void declaration(const ast::LetDecl& let) {
    std::string type = let.type.valid() ? ": " + written(syntax_.types[let.type].range) : "";
    signature("let " + let.name.text + type, "");
  }
  void declaration(const ast::EvidenceDecl& evidence) {
    signature("evidence " + evidence.name.text, "");
  }
  void declaration(const ast::EnvironmentDecl& environment) {
    signature("environment " + environment.name.text, "");
  }
  void declaration(const ast::PipelineDecl& pipeline) {
    take(pipeline.params);
    signature("pipeline " + pipeline.name.text + "(", ")");
  }

  void take(llvm::ArrayRef<ast::Param> params) {
    for (const ast::Param& param : params)
      parts_.push_back({written(param.range), param.name.text, param.doc});
  }

  /// The text of the file there, on one line.
  std::string written(diagnostics::SourceRange range) const {
    StringRef text = text_.substr(range.begin, range.end - range.begin);
    llvm::SmallVector<StringRef> words;
    llvm::SplitString(text, words, " \n");
    return llvm::join(words, " ");
  }

  void signature(StringRef begin, StringRef end) {
    std::string list =
        llvm::join(llvm::map_range(parts_, [](const Part& part) { return part.declared; }), ", ");
    StringRef space = begin.ends_with("{") ? " " : "";
    out_ << "```\n";
    if (begin.size() + list.size() + end.size() + 2 <= LineWidth) {
      out_ << begin << space << list << space << end << '\n';
    } else {
      out_ << begin << '\n';
      for (const Part& part : parts_)
        out_ << "  " << part.declared << ",\n";
      out_ << end << '\n';
    }
    out_ << "```\n";
  }

  void describe() {
    if (!parts_.empty())
      out_ << '\n';
    for (const Part& part : parts_) {
      llvm::SmallVector<StringRef> lines;
      part.doc.trim().split(lines, '\n');
      out_ << "- `" << part.name << "`: " << llvm::join(lines, "\n  ") << '\n';
    }
  }

  llvm::raw_ostream& out_;
  StringRef module_;
  StringRef text_;
  const ast::Module& syntax_;
  std::vector<Part> parts_;
};

StringRef withoutName(StringRef name, StringRef doc) {
  doc = doc.trim();
  if (doc.consume_front("std.") && doc.consume_front(name))
    doc.consume_front(":");
  return doc.ltrim();
}

} // namespace

StringRef summaryOf(StringRef name, StringRef doc) {
  doc = withoutName(name, doc);
  size_t end = std::min(doc.find(". "), doc.find(".\n"));
  return doc.substr(0, end).rtrim(".");
}

void writeReference(llvm::raw_ostream& out, StringRef name, StringRef text,
                    const ast::Module& module) {
  out << "\n## std." << name << "\n\n" << withoutName(name, module.doc) << '\n';
  ReferenceWriter writer(out, name, text, module);
  for (const ast::Decl& decl : module.decls)
    if (decl.isPublic)
      writer.write(decl);
}

} // namespace pipec::golden
