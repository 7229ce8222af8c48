// Writing the tree: declarations here, expressions in dump_expr.cpp.
#include "compiler/ast/dump.h"

#include "compiler/ast/dump_writer.h"

namespace pipec::ast {

void DumpWriter::doc(llvm::StringRef text) {
  if (!text.empty())
    line() << "doc " << quoted(text) << "\n";
}

void DumpWriter::let(const LetDecl& node) {
  head("let", node.range) << " " << node.name.text << "\n";
  Indent deeper(*this);
  doc(node.doc);
  type(node.type);
  expr(node.value);
}

void DumpWriter::assertion(const AssertStmt& node) {
  head("assert", node.range) << "\n";
  Indent deeper(*this);
  expr(node.condition);
  expr(node.message);
}

void DumpWriter::out(const OutItem& node) {
  head("out", node.range) << (node.name ? " " + node.name->text : "") << "\n";
  Indent deeper(*this);
  expr(node.value);
}

void DumpWriter::setting(const Setting& node) {
  head("setting", node.range) << " " << node.name.text << "\n";
  Indent deeper(*this);
  expr(node.value);
}

void DumpWriter::command(const CommandItem& node) {
  head(spell(node.clause), node.range) << "\n";
  Indent deeper(*this);
  expr(node.command);
}

void DumpWriter::call(const CallStmt& node) {
  head("call", node.range) << "\n";
  Indent deeper(*this);
  expr(node.call);
}

void DumpWriter::stage(const StageDecl& node) {
  head("stage", node.range) << " " << node.name.text << "\n";
  Indent deeper(*this);
  doc(node.doc);
  if (node.when) {
    line() << "when\n";
    Indent deepest(*this);
    expr(node.when);
  }
  for (const StageItem& item : node.items)
    this->item(item);
}

void DumpWriter::params(const std::vector<Param>& params) {
  static constexpr llvm::StringLiteral Modes[] = {"", "subject ", "pool "};
  for (const Param& param : params) {
    head("param", param.range) << " " << Modes[static_cast<size_t>(param.mode)] << param.name.text
                               << "\n";
    Indent deeper(*this);
    doc(param.doc);
    type(param.type);
    expr(param.defaultValue);
  }
}

void DumpWriter::result(const ResultClause& node) {
  head("result", node.range);
  if (node.proves)
    stream << " proves " << qualified(*node.proves);
  stream << "\n";
  Indent deeper(*this);
  type(node.type);
  for (const OutputField& field : node.fields) {
    head("output", field.name.range) << " " << field.name.text << "\n";
    Indent deepest(*this);
    type(field.type);
  }
}

void DumpWriter::declBody(const LetDecl& node) {
  type(node.type);
  expr(node.value);
}

void DumpWriter::declBody(const FnDecl& node) {
  params(node.params);
  type(node.result);
  for (const FnStmt& stmt : node.body)
    item(stmt);
  line() << "return\n";
  Indent deeper(*this);
  expr(node.value);
}

void DumpWriter::declBody(const ActionDecl& node) {
  params(node.params);
  if (node.result)
    result(*node.result);
  for (const ActionItem& each : node.items)
    item(each);
}

void DumpWriter::declBody(const TypeDecl& node) {
  for (const FieldDecl& field : node.fields) {
    head("field", field.range) << " " << field.name.text << "\n";
    Indent deeper(*this);
    doc(field.doc);
    type(field.type);
    expr(field.defaultValue);
  }
}

void DumpWriter::declBody(const EnumDecl& node) {
  for (const EnumMember& member : node.members) {
    head("member", member.name.range) << " " << member.name.text << "\n";
    Indent deeper(*this);
    doc(member.doc);
  }
}

void DumpWriter::declBody(const EvidenceDecl&) {}

void DumpWriter::declBody(const EnvironmentDecl& node) {
  for (const QualifiedName& evidence : node.requires_)
    head("requires", evidence.range) << " " << qualified(evidence) << "\n";
  for (const Setting& each : node.settings)
    setting(each);
}

void DumpWriter::declBody(const PipelineDecl& node) {
  params(node.params);
  if (node.alias) {
    line() << "alias\n";
    Indent deeper(*this);
    expr(node.alias);
  }
  for (const PipelineItem& each : node.items)
    item(each);
}

static llvm::StringRef kindName(const Decl& decl) {
  static constexpr llvm::StringLiteral Actions[] = {"source", "build", "test", "deploy", "approve"};
  static constexpr llvm::StringLiteral Kinds[] = {"let",  "fn",       "action",      "type",
                                                  "enum", "evidence", "environment", "pipeline"};
  if (const auto* action = std::get_if<ActionDecl>(&decl.node))
    return Actions[static_cast<size_t>(action->kind)];
  return Kinds[decl.node.index()];
}

void DumpWriter::decl(const Decl& node) {
  head(kindName(node), node.range) << (node.isPublic ? " pub " : " ") << nameOf(node).text << "\n";
  Indent deeper(*this);
  doc(node.doc);
  std::visit([&](const auto& each) { declBody(each); }, node.node);
}

void DumpWriter::use(const UseDecl& node) {
  head("use", node.range) << " ";
  if (node.dotted.empty())
    stream << quoted(node.file);
  for (size_t index = 0; index < node.dotted.size(); ++index)
    stream << (index > 0 ? "." : "") << node.dotted[index].text;
  stream << " as " << node.boundName() << "\n";
}

void DumpWriter::write() {
  doc(module.doc);
  for (const UseDecl& each : module.uses)
    use(each);
  for (const Decl& each : module.decls)
    decl(each);
  for (const Comment& comment : module.comments)
    head("comment", comment.range) << " " << quoted(comment.text) << "\n";
}

void dump(llvm::raw_ostream& out, const diagnostics::SourceFile& source, const Module& module) {
  DumpWriter(out, source, module).write();
}

} // namespace pipec::ast
