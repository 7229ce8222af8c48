// ExprChecker: checks the expressions of one declaration; and what is expected of an expression.
#pragma once

#include "compiler/sema/local_scope.h"
#include "compiler/sema/module_state.h"

#include <optional>

namespace pipec::sema {

/// Who wants a type, for messages.
struct Wanter {
  enum class Kind : uint8_t { Parameter, Let, Result, Setting, Field, Condition, Other };

  Kind kind = Kind::Other;
  llvm::StringRef owner; ///< of a parameter: what is called
  llvm::StringRef name;  ///< of the parameter, let, …; of Other: the whole description
  bool element = false;  ///< an element of what is wanted
  SourceRange declared;  ///< where the want is written; invalid if it is not worth showing

  Wanter ofElement() const {
    Wanter wanter = *this;
    wanter.element = true;
    return wanter;
  }
};

/// What is expected of an expression.
struct Expected {
  TypeId type; ///< invalid: nothing, its type is inferred
  Wanter wanter;
  /// An argument of an action: an Each is accepted for a List.
  bool eachForList = false;
  /// Part of a command: a list may hold whatever a command line can, mixed and nested.
  bool vector = false;

  Expected with(TypeId other) const {
    Expected expected = *this;
    expected.type = other;
    return expected;
  }
  Expected element(TypeId elementType) const {
    return {elementType, wanter.ofElement(), false, false};
  }
};

/// What an expression stands for when it may be something else than a value.
struct Entity {
  enum class Kind : uint8_t {
    Error, ///< has been reported
    Value,
    Module,
    Declaration, ///< of `symbol`, which is no let
    PreludeFn,
    Method, ///< to be called; `type` is the receiver's
    To,     ///< of a deploy
  };

  Kind kind = Kind::Error;
  TypeId type;
  ast::ModuleId module;
  SymbolId symbol;
  PreludeFn prelude = PreludeFn::Glob;
  Method method = Method::FileText;
};

/// What the names and calls of an expression may be depends on this.
struct Body {
  SymbolId owner;
  Place place = Place::TopLevel;
  const ast::ActionDecl* action = nullptr; ///< of the body of an action
};

/// Walks the expressions of one declaration in the order of evaluation. The rules for each kind of
/// expression are functions in files of their own (expr_rules.h).
class ExprChecker {
public:
  ExprChecker(ModuleState& state, Body body) : state(state), types(state.types), body(body) {}

  ModuleState& state;
  TypeTable& types;
  LocalScope scope;
  Body body;
  std::optional<ast::Clause> clause; ///< the command being checked
  bool perElement = false;           ///< in the loop of a comprehension over an Each
  /// The hole of a shell string being checked, and its place with `${` and `}`.
  ExprId shellHole;
  SourceRange shellHoleRange;
  /// Names that lets further down will bind, for E0202.
  llvm::StringMap<SourceRange> boundLater;
  /// Names bound in a stage that may not run, with that stage, for E0210.
  llvm::StringMap<const ast::StageDecl*> conditional;

  /// The type of the expression, which is recorded; Error after a report.
  TypeId check(ExprId expr, const Expected& expected);
  TypeId infer(ExprId expr) { return check(expr, {}); }
  /// Like `infer`, but a type that is not known (of `none`, E0412) is reported.
  TypeId inferKnown(ExprId expr);
  /// After a mistake that makes the expected type unknown: reports only mistakes inside.
  void checkLoosely(ExprId expr) { check(expr, {.type = state.error()}); }
  /// A name or member as what it stands for; any other expression as a value.
  Entity resolve(ExprId expr);

  /// Binds what a loop or pattern names; E0204 if the name is taken. Invalid for `_`.
  SlotId declare(const ast::Binder& binder, TypeId type);
  /// Binds the parameters to the first slots, and checks their defaults.
  void declareParams(llvm::ArrayRef<ast::Param> params, llvm::ArrayRef<ParamInfo> infos);
  /// Checks and binds.
  void checkLet(const ast::LetDecl& let);
  void checkAssert(const ast::AssertStmt& statement);
  /// Reports names that nothing used (W0904) while leaving a scope.
  void leave(size_t mark);

  /// A call of a fn or action at this place.
  void noteCall(SymbolId callee, SourceRange range);

private:
  void bind(const ast::Name& name, Local local);
  TypeId checkNode(ExprId expr, const Expected& expected);
  TypeId valueOf(ExprId expr, const Entity& entity);
};

} // namespace pipec::sema
