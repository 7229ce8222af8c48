// Writing the tree: expressions, patterns and types.
#include "compiler/ast/dump_writer.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::ast {

llvm::raw_ostream& DumpWriter::head(llvm::StringRef kind, SourceRange range) {
  diagnostics::LineColumn begin = source.lineColumn(range.begin);
  diagnostics::LineColumn end = source.lineColumn(range.end);
  return line() << kind << " @" << begin.line << ":" << begin.column << "-" << end.line << ":"
                << end.column;
}

std::string DumpWriter::quoted(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (c == '\n')
      result += "\\n";
    else if (byte < 0x20 || byte == 0x7F)
      result += "\\x" + llvm::utohexstr(byte, /*LowerCase=*/true, 2);
    else
      result += c;
  }
  return result + "\"";
}

std::string DumpWriter::qualified(const QualifiedName& name) {
  return llvm::join(llvm::map_range(name.parts, [](const Name& part) { return part.text; }), ".");
}

void DumpWriter::type(TypeExprId id) {
  if (!id)
    return;
  const TypeExpr& node = module.types[id];
  head("type", node.range) << " " << qualified(node.name);
  for (size_t index = 0; index < node.evidence.size(); ++index)
    stream << (index == 0 ? " with " : " & ") << qualified(node.evidence[index]);
  stream << (node.optional ? " ?" : "") << (node.broken ? " (broken)" : "") << "\n";
  Indent deeper(*this);
  for (TypeExprId argument : node.args)
    type(argument);
}

void DumpWriter::expr(ExprId id) {
  if (!id)
    return;
  const Expr& node = module.exprs[id];
  std::visit([&](const auto& each) { exprNode(each, node.range); }, node.node);
}

void DumpWriter::exprNode(const ErrorExpr&, SourceRange range) {
  head("error", range) << "\n";
}

void DumpWriter::exprNode(const IntLiteral& node, SourceRange range) {
  head("int", range) << " " << node.value << "\n";
}

void DumpWriter::exprNode(const DurationLiteral& node, SourceRange range) {
  head("duration", range) << " " << node.milliseconds << "ms\n";
}

void DumpWriter::exprNode(const SizeLiteral& node, SourceRange range) {
  head("size", range) << " " << node.bytes << "B\n";
}

void DumpWriter::exprNode(const BoolLiteral& node, SourceRange range) {
  head(node.value ? "true" : "false", range) << "\n";
}

void DumpWriter::exprNode(const NoneLiteral&, SourceRange range) {
  head("none", range) << "\n";
}

void DumpWriter::exprNode(const StringLiteral& node, SourceRange range) {
  static constexpr llvm::StringLiteral Forms[] = {"string", "block", "shell", "shell block"};
  head(Forms[static_cast<size_t>(node.form)], range) << "\n";
  Indent deeper(*this);
  for (const StringPart& part : node.parts) {
    if (!part.hole) {
      head("text", part.range) << " " << quoted(part.text) << "\n";
      continue;
    }
    head("hole", part.range) << "\n";
    Indent deepest(*this);
    expr(part.hole);
  }
}

void DumpWriter::exprNode(const NameExpr& node, SourceRange range) {
  head("name", range) << " " << node.text << "\n";
}

void DumpWriter::exprNode(const ListLiteral& node, SourceRange range) {
  head("list", range) << "\n";
  Indent deeper(*this);
  for (ExprId element : node.elements)
    expr(element);
}

void DumpWriter::exprNode(const MapLiteral& node, SourceRange range) {
  head("map", range) << "\n";
  Indent deeper(*this);
  for (const MapEntry& entry : node.entries) {
    line() << "entry\n";
    Indent deepest(*this);
    expr(entry.key);
    expr(entry.value);
  }
}

void DumpWriter::exprNode(const Comprehension& node, SourceRange range) {
  head("comprehension", range) << "\n";
  Indent deeper(*this);
  for (const Generator& generator : node.generators) {
    line() << "for " << binderName(generator.first);
    if (generator.second)
      stream << ", " << binderName(*generator.second);
    stream << "\n";
    Indent deepest(*this);
    expr(generator.iterable);
    expr(generator.condition);
  }
  line() << (node.key ? "key and value\n" : "value\n");
  Indent deepest(*this);
  expr(node.key);
  expr(node.value);
}

void DumpWriter::exprNode(const IfExpr& node, SourceRange range) {
  head("if", range) << "\n";
  Indent deeper(*this);
  expr(node.condition);
  expr(node.thenValue);
  expr(node.elseValue);
}

void DumpWriter::exprNode(const MatchExpr& node, SourceRange range) {
  head("match", range) << "\n";
  Indent deeper(*this);
  expr(node.subject);
  for (const MatchArm& arm : node.arms) {
    head("arm", arm.range) << "\n";
    Indent deepest(*this);
    for (const Pattern& alternative : arm.alternatives)
      pattern(alternative);
    expr(arm.value);
  }
}

void DumpWriter::pattern(const Pattern& node) {
  head("pattern", node.range);
  if (const auto* name = std::get_if<NamePattern>(&node.node)) {
    stream << " " << qualified(name->name);
    if (name->argument)
      stream << "(" << binderName(*name->argument) << ")";
  } else if (std::holds_alternative<WildcardPattern>(node.node)) {
    stream << " _";
  }
  stream << "\n";
  Indent deeper(*this);
  if (const auto* literal = std::get_if<LiteralPattern>(&node.node))
    expr(literal->literal);
}

void DumpWriter::exprNode(const UnaryExpr& node, SourceRange range) {
  head(node.op == UnaryOp::Not ? "not" : "negate", range) << "\n";
  Indent deeper(*this);
  expr(node.operand);
}

void DumpWriter::exprNode(const BinaryExpr& node, SourceRange range) {
  static constexpr llvm::StringLiteral Signs[] = {
      "or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "??", "..", "+", "-", "*", "/", "%"};
  head("binary", range) << " " << Signs[static_cast<size_t>(node.op)] << "\n";
  Indent deeper(*this);
  expr(node.left);
  expr(node.right);
}

void DumpWriter::exprNode(const MemberExpr& node, SourceRange range) {
  head("member", range) << " ." << node.member.text << "\n";
  Indent deeper(*this);
  expr(node.base);
}

void DumpWriter::exprNode(const CallExpr& node, SourceRange range) {
  head("call", range) << "\n";
  Indent deeper(*this);
  expr(node.callee);
  for (const Argument& argument : node.arguments) {
    line() << "argument" << (argument.name ? " " + argument.name->text : "") << "\n";
    Indent deepest(*this);
    expr(argument.value);
  }
}

void DumpWriter::exprNode(const IndexExpr& node, SourceRange range) {
  head("index", range) << "\n";
  Indent deeper(*this);
  expr(node.base);
  expr(node.index);
}

} // namespace pipec::ast
