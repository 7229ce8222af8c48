// List and map literals.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

namespace {

/// The type that the literal itself may take from what is expected: `T` of `T?`.
TypeId wantedType(const TypeTable& types, const Expected& expected) {
  if (!expected.type.valid())
    return {};
  return types.is(expected.type, TypeKind::Optional) ? types[expected.type].element : expected.type;
}

TypeId reportUnknown(ExprChecker& checker, ExprId expr, llvm::StringRef literal,
                     llvm::StringRef example) {
  checker.state
      .emit(Code::E0412, checker.state.rangeOf(expr),
            "the type of `" + literal + "` is not known here")
      .help("say it: `" + example + "`");
  return checker.state.error();
}

/// The elements of a list in a command need nothing in common.
TypeId checkVector(ExprChecker& checker, const ast::ListLiteral& list) {
  for (ExprId element : list.elements) {
    TypeId type = checker.check(element, {.vector = true});
    if (checker.types.is(type, TypeKind::Command))
      checker.state
          .emit(Code::E0401, checker.state.rangeOf(element), "a `sh\"…\"` cannot be an argument")
          .help("run it alone, or write `\"sh\", \"-c\", \"…\"`");
  }
  return checker.state.simple(TypeKind::Vector);
}

/// Joins the types of expressions of equal rank one by one.
class Joiner {
public:
  Joiner(ExprChecker& checker, llvm::StringRef what) : checker_(checker), what_(what) {}

  void add(ExprId expr) {
    TypeId type = checker_.infer(expr);
    if (!joined_.valid()) {
      joined_ = type;
      first_ = expr;
      return;
    }
    std::optional<TypeId> common = join(checker_.types, joined_, type);
    if (common)
      joined_ = *common;
    else if (!checker_.state.isError(joined_))
      report(expr, type);
  }

  /// After a report for a member whose type is known only as `none`.
  TypeId result() const {
    if (!contains(checker_.state.program, joined_, TypeKind::None))
      return joined_;
    return reportUnknown(checker_, first_, "none", "let tag: String? = none");
  }

private:
  void report(ExprId expr, TypeId type) {
    ModuleState& state = checker_.state;
    SourceRange range = state.rangeOf(expr);
    auto report = state.emit(Code::E0403, range, what_ + " have nothing in common");
    report.label(state.show(type)).also(state.rangeOf(first_), state.show(joined_));
    const auto* number = state.as<ast::IntLiteral>(expr);
    if (number && checker_.types.is(joined_, TypeKind::String))
      report.fix(range, "\"" + llvm::Twine(number->value) + "\"");
    joined_ = state.error();
  }

  ExprChecker& checker_;
  llvm::StringRef what_;
  TypeId joined_;
  ExprId first_;
};

} // namespace

TypeId checkKeyType(ExprChecker& checker, ExprId key, TypeId type) {
  TypeKind kind = checker.types.kind(type);
  if (kind == TypeKind::String || kind == TypeKind::Int || kind == TypeKind::Enum ||
      kind == TypeKind::Error)
    return type;
  if (kind == TypeKind::Arg)
    checker.state
        .emit(Code::E0405, checker.state.rangeOf(key),
              "this text contains an artifact and cannot be a key")
        .label(labelOfArg(checker, key));
  else
    checker.state.emit(Code::E0401, checker.state.rangeOf(key),
                       "the keys of a map are String, Int or an enum, this is " +
                           withArticle(checker.state.show(type)));
  return checker.state.error();
}

TypeId checkList(ExprChecker& checker, ExprId expr, const ast::ListLiteral& list,
                 const Expected& expected) {
  TypeTable& types = checker.types;
  if (expected.vector)
    return checkVector(checker, list);
  TypeId wanted = wantedType(types, expected);
  TypeKind kind = wanted.valid() ? types.kind(wanted) : TypeKind::None;
  if (kind == TypeKind::Error) {
    for (ExprId element : list.elements)
      checker.checkLoosely(element);
    return checker.state.error();
  }
  if (kind == TypeKind::List || kind == TypeKind::Each) {
    TypeId element = types[wanted].element;
    for (ExprId item : list.elements)
      checker.check(item, expected.element(element));
    return types.list(element);
  }
  if (list.elements.empty())
    return reportUnknown(checker, expr, "[]", "let xs: List<File> = []");
  Joiner joiner(checker, "the elements of this list");
  for (ExprId element : list.elements)
    joiner.add(element);
  TypeId element = joiner.result();
  return checker.state.isError(element) ? element : types.list(element);
}

TypeId checkMap(ExprChecker& checker, ExprId expr, const ast::MapLiteral& map,
                const Expected& expected) {
  TypeTable& types = checker.types;
  TypeId wanted = wantedType(types, expected);
  TypeKind kind = wanted.valid() ? types.kind(wanted) : TypeKind::None;
  if (kind == TypeKind::Error || kind == TypeKind::Map) {
    TypeId key = kind == TypeKind::Map ? types[wanted].key : wanted;
    TypeId value = kind == TypeKind::Map ? types[wanted].element : wanted;
    for (const ast::MapEntry& entry : map.entries) {
      checker.check(entry.key, {.type = key, .wanter = {.name = "a key of this map"}});
      checker.check(entry.value, expected.element(value));
    }
    return wanted;
  }
  if (map.entries.empty())
    return reportUnknown(checker, expr, "[:]", "let xs: Map<String, File> = [:]");
  Joiner keys(checker, "the keys of this map"), values(checker, "the values of this map");
  for (const ast::MapEntry& entry : map.entries) {
    keys.add(entry.key);
    values.add(entry.value);
  }
  TypeId key = checkKeyType(checker, map.entries.front().key, keys.result());
  TypeId value = values.result();
  if (checker.state.isError(key) || checker.state.isError(value))
    return checker.state.error();
  return types.map(key, value);
}

} // namespace pipec::sema
