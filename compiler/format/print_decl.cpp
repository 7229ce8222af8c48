// Declarations, statements and types.
#include "compiler/format/printer.h"

namespace pipec::format {

using ast::ExprId;

// ---- module level -----------------------------------------------------------

void Printer::use(const ast::UseDecl& node) {
  token("use");
  doc.space();
  if (node.dotted.empty())
    plainString();
  for (size_t part = 0; part < node.dotted.size(); ++part) {
    if (part > 0)
      token(".");
    word();
  }
  if (node.alias) {
    spaced("as");
    word();
  }
}

void Printer::decl(const ast::Decl& node, unsigned padding) {
  if (node.isPublic) {
    token("pub");
    doc.space();
  }
  std::visit([&](const auto& each) { declNode(each, padding); }, node.node);
}

void Printer::assignment(unsigned padding, ExprId value) {
  doc.space(1 + padding, 1 + padding);
  token("=");
  doc.space();
  expr(value);
}

void Printer::declNode(const ast::LetDecl& node, unsigned padding) {
  token("let");
  doc.space();
  word();
  if (node.type) {
    token(":");
    doc.space();
    type(node.type);
  }
  assignment(padding, node.value);
}

void Printer::declNode(const ast::FnDecl& node, unsigned) {
  token("fn");
  doc.space();
  word();
  params(node.params);
  spaced("->");
  type(node.result);
  if (cursor.at("=")) {
    assignment(0, node.value);
    return;
  }
  doc.space();
  block(node.body.size() + 1, /*mayBeOneLine=*/true, [&](size_t index) {
    if (index < node.body.size()) {
      std::visit([&](const auto& each) { item(each, 0); }, node.body[index]);
      return;
    }
    token("return");
    doc.space();
    expr(node.value);
  });
}

void Printer::declNode(const ast::ActionDecl& node, unsigned) {
  word();
  doc.space();
  word();
  params(node.params);
  if (node.result)
    result(*node.result);
  doc.space();
  items(node.items);
}

void Printer::declNode(const ast::TypeDecl& node, unsigned) {
  token("type");
  doc.space();
  word();
  doc.space();
  list("{", "}", node.fields.size(), {Break::Space, Documented::Yes}, [&](size_t index) {
    const ast::FieldDecl& field = node.fields[index];
    word();
    token(":");
    doc.space();
    type(field.type);
    defaultValue(field.defaultValue);
  });
}

void Printer::declNode(const ast::EnumDecl& node, unsigned) {
  token("enum");
  doc.space();
  word();
  doc.space();
  list("{", "}", node.members.size(), {Break::Space, Documented::Yes}, [&](size_t) { word(); });
}

void Printer::declNode(const ast::EvidenceDecl&, unsigned) {
  token("evidence");
  doc.space();
  word();
}

void Printer::declNode(const ast::EnvironmentDecl& node, unsigned) {
  token("environment");
  doc.space();
  word();
  if (!node.requires_.empty()) {
    spaced("requires");
    evidence(node.requires_);
  }
  if (!cursor.at("{"))
    return;
  doc.space();
  items(node.settings);
}

void Printer::declNode(const ast::PipelineDecl& node, unsigned) {
  token("pipeline");
  doc.space();
  word();
  if (cursor.at("("))
    params(node.params);
  if (node.alias) {
    assignment(0, node.alias);
    return;
  }
  doc.space();
  items(node.items);
}

// ---- heads ------------------------------------------------------------------

void Printer::params(const std::vector<ast::Param>& params) {
  list("(", ")", params.size(), {Break::Nothing, Documented::Yes}, [&](size_t index) {
    const ast::Param& param = params[index];
    if (param.mode != ast::ParamMode::Plain) {
      word();
      doc.space();
    }
    word();
    token(":");
    doc.space();
    type(param.type);
    defaultValue(param.defaultValue);
  });
}

void Printer::defaultValue(ExprId id) {
  if (id)
    assignment(0, id);
}

void Printer::result(const ast::ResultClause& node) {
  if (node.proves) {
    spaced("proves");
    qualifiedName(*node.proves);
    return;
  }
  spaced("->");
  if (node.type) {
    type(node.type);
    return;
  }
  list("(", ")", node.fields.size(), {}, [&](size_t index) {
    word();
    token(":");
    doc.space();
    type(node.fields[index].type);
  });
}

void Printer::evidence(const std::vector<ast::QualifiedName>& set) {
  gap();
  doc.beginGroup();
  qualifiedName(set.front());
  doc.beginIndent();
  for (size_t index = 1; index < set.size(); ++index) {
    lineBreak(Break::Space, false);
    token("&");
    doc.space();
    qualifiedName(set[index]);
  }
  doc.endIndent();
  doc.endGroup();
}

void Printer::type(ast::TypeExprId id) {
  const ast::TypeExpr& node = module.types[id];
  qualifiedName(node.name);
  for (size_t index = 0; index < node.args.size(); ++index) {
    token(index == 0 ? "<" : ",");
    if (index > 0)
      doc.space();
    type(node.args[index]);
  }
  if (!node.args.empty())
    token(">");
  if (!node.evidence.empty()) {
    spaced("with");
    evidence(node.evidence);
  }
  if (node.optional)
    token("?");
}

// ---- statements -------------------------------------------------------------

namespace {

/// What is aligned below what.
enum Column : unsigned { NoColumn, SettingColumn, CommandColumn, LetColumn };

Cell cellOf(const ast::LetDecl& node) {
  if (node.type)
    return {NoColumn};
  return {LetColumn, columnsOf(node.name.text)};
}
Cell cellOf(const ast::OutItem& node) {
  unsigned name = node.name ? 1 + columnsOf(node.name->text) : 0;
  return {SettingColumn, columnsOf("out") + name};
}
Cell cellOf(const ast::Setting& node) {
  return {SettingColumn, columnsOf(node.name.text)};
}
Cell cellOf(const ast::CommandItem& node) {
  return {CommandColumn, node.keyword.end - node.keyword.begin};
}
Cell cellOf(const ast::AssertStmt&) {
  return {};
}
Cell cellOf(const ast::CallStmt&) {
  return {};
}
Cell cellOf(const ast::StageDecl&) {
  return {};
}

template <class Visitor> auto visitItem(const ast::Setting& item, Visitor&& visitor) {
  return visitor(item);
}
template <class Visitor, class... Kinds>
auto visitItem(const std::variant<Kinds...>& item, Visitor&& visitor) {
  return std::visit(visitor, item);
}

} // namespace

template <class Item> void Printer::items(const std::vector<Item>& items) {
  std::vector<Cell> cells;
  bool hasStage = false;
  bool blank = false;
  for (const Item& each : items) {
    Cell cell = visitItem(each, [](const auto& node) { return cellOf(node); });
    cell.blankBefore = blank;
    cells.push_back(cell);
    blank = blankBehind(visitItem(each, [](const auto& node) { return node.range.end; }));
    if constexpr (std::is_same_v<Item, ast::PipelineItem>)
      hasStage |= std::holds_alternative<ast::StageDecl>(each);
  }
  std::vector<unsigned> padding = align(cells);
  block(items.size(), !hasStage, [&](size_t index) {
    visitItem(items[index], [&](const auto& node) { item(node, padding[index]); });
  });
}

void Printer::item(const ast::AssertStmt& node, unsigned) {
  token("assert");
  doc.space();
  doc.beginGroup();
  expr(node.condition);
  comma(Documented::No);
  doc.beginIndent();
  lineBreak(Break::Space, false);
  expr(node.message);
  doc.endIndent();
  doc.endGroup();
}

void Printer::item(const ast::OutItem& node, unsigned padding) {
  token("out");
  if (node.name) {
    doc.space();
    word();
  }
  assignment(padding, node.value);
}

void Printer::item(const ast::Setting& node, unsigned padding) {
  word();
  assignment(padding, node.value);
}

void Printer::item(const ast::CommandItem& node, unsigned padding) {
  word();
  doc.space(1 + padding, 1 + padding);
  expr(node.command);
}

void Printer::item(const ast::CallStmt& node, unsigned) {
  expr(node.call);
}

void Printer::item(const ast::StageDecl& node, unsigned) {
  token("stage");
  doc.space();
  word();
  if (node.when) {
    spaced("when");
    expr(node.when);
  }
  doc.space();
  items(node.items);
}

} // namespace pipec::format
