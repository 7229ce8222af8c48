// What an evaluator relies on: in a correct program, every table says something of every node.
#include "compiler/base/file_system.h"
#include "compiler/parse/parse.h"
#include "compiler/sema/check.h"

#include "llvm/Support/Error.h"

#include <catch2/catch.hpp>

#include <set>

using namespace pipec;
using namespace pipec::sema;

namespace {

struct Checked {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList diagnostics;
  ast::ModuleGraph graph;
  TypedProgram program;

  explicit Checked(const std::string& name) {
    auto files = base::makeRealFileSystem();
    std::string text =
        llvm::cantFail(files->read(PIPEC_SOURCE_DIR "/tests/golden/sema/" + name + ".pipe"));
    auto loaded = std::make_unique<ast::LoadedModule>();
    loaded->syntax = parse::parseModule(sources, sources.add(name + ".pipe", text), diagnostics);
    loaded->path = name + ".pipe";
    graph.roots.push_back(graph.modules.push(std::move(loaded)));
    program = check(graph, diagnostics);
    REQUIRE_FALSE(diagnostics.hasErrors());
  }

  const ast::Module& syntax() const { return graph[graph.roots.front()].syntax; }
  const CheckedModule& tables() const { return program.modules[graph.roots.front()]; }
};

/// What stands where no value is wanted: names of enums and of environments after `to`, callees.
std::set<ast::ExprId> withoutValue(const Checked& checked) {
  std::set<ast::ExprId> ids;
  const ast::Module& module = checked.syntax();
  for (uint32_t i = 0; i < module.exprs.size(); ++i) {
    const auto& node = module.exprs[ast::ExprId{i}].node;
    if (const auto* call = std::get_if<ast::CallExpr>(&node)) {
      ids.insert(call->callee);
      for (const ast::Argument& argument : call->arguments)
        if (argument.name && argument.name->text == "to")
          ids.insert(argument.value);
    }
    const auto* member = std::get_if<ast::MemberExpr>(&node);
    if (member && !checked.tables().types[member->base].valid())
      ids.insert(member->base);
  }
  return ids;
}

} // namespace

TEST_CASE("every expression of a correct program has what its kind needs") {
  for (const char* name : {"ok_values", "ok_actions", "ok_run_time_lists", "ok_shadowed_prelude"}) {
    Checked checked(name);
    const CheckedModule& tables = checked.tables();
    std::set<ast::ExprId> noValue = withoutValue(checked);
    for (uint32_t i = 0; i < checked.syntax().exprs.size(); ++i) {
      ast::ExprId id{i};
      const ast::Expr& expr = checked.syntax().exprs[id];
      INFO(name << ": "
                << checked.sources.file(expr.range.file)
                       .text()
                       .slice(expr.range.begin, expr.range.end)
                       .str());
      bool pipeline = std::holds_alternative<ast::CallExpr>(expr.node) &&
                      tables.callOf(id).callee == CallInfo::Callee::Pipeline;
      if (!noValue.count(id) && !pipeline) {
        REQUIRE(tables.types[id].valid());
        CHECK(checked.program.types.kind(tables.types[id]) != TypeKind::Error);
        // Only the literal itself may keep the type of `none`, as an operand of `==`.
        if (!std::holds_alternative<ast::NoneLiteral>(expr.node))
          CHECK(checked.program.types.kind(tables.types[id]) != TypeKind::None);
      }
      bool named = std::holds_alternative<ast::NameExpr>(expr.node) ||
                   std::holds_alternative<ast::MemberExpr>(expr.node);
      bool environment = noValue.count(id) && named &&
                         std::holds_alternative<std::monostate>(tables.references[id]);
      if (named && !environment)
        CHECK(tables.references[id].index() != 0);
      if (const auto* text = std::get_if<ast::StringLiteral>(&expr.node))
        if (text->isShell()) {
          size_t holes = 0;
          for (const ast::StringPart& part : text->parts)
            holes += part.hole.valid();
          CHECK(tables.shellOf(id).holes.size() == holes);
        }
      if (const auto* loop = std::get_if<ast::Comprehension>(&expr.node))
        CHECK(tables.comprehensionOf(id).generators.size() == loop->generators.size());
      if (const auto* match = std::get_if<ast::MatchExpr>(&expr.node))
        CHECK(tables.matchOf(id).arms.size() == match->arms.size());
    }
  }
}

TEST_CASE("lets come after what they need, through functions too") {
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList diagnostics;
  ast::ModuleGraph graph;
  auto loaded = std::make_unique<ast::LoadedModule>();
  loaded->syntax = parse::parseModule(
      sources,
      sources.add("a.pipe", "pub let first = twice() + last\nfn twice() -> Int = 2 * middle\n"
                            "let last = 1\nlet middle = last + 1\n"),
      diagnostics);
  loaded->path = "a.pipe";
  graph.roots.push_back(graph.modules.push(std::move(loaded)));
  TypedProgram program = check(graph, diagnostics);
  REQUIRE_FALSE(diagnostics.hasErrors());
  std::vector<std::string> names;
  for (SymbolId let : program.letOrder)
    names.push_back(program.symbols[let].name);
  CHECK(names == std::vector<std::string>{"last", "middle", "first"});
}

TEST_CASE("parameters have the first slots, whatever defaults and bodies bind") {
  Checked checked("ok_actions");
  for (const Symbol& symbol : checked.program.symbols) {
    if (symbol.kind != SymbolKind::Action)
      continue;
    const ActionInfo& action = checked.program.actions[symbol.info];
    CHECK(action.slotCount >= action.params.size());
  }
  const ast::Module& module = checked.syntax();
  for (uint32_t i = 0; i < module.exprs.size(); ++i) {
    const auto* slot = std::get_if<SlotRef>(&checked.tables().references[ast::ExprId{i}]);
    const auto* name = std::get_if<ast::NameExpr>(&module.exprs[ast::ExprId{i}].node);
    if (!slot || !name || name->text != "headers")
      continue;
    CHECK(slot->slot.index == 1); // the second parameter of `compile`
  }
}
