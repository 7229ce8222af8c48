// Operators and indexing.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/type_rules.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::sema {

using ast::BinaryOp;

namespace {

llvm::StringRef spell(BinaryOp op) {
  switch (op) {
  case BinaryOp::Or:
    return "or";
  case BinaryOp::And:
    return "and";
  case BinaryOp::Equal:
    return "==";
  case BinaryOp::NotEqual:
    return "!=";
  case BinaryOp::Less:
    return "<";
  case BinaryOp::LessEqual:
    return "<=";
  case BinaryOp::Greater:
    return ">";
  case BinaryOp::GreaterEqual:
    return ">=";
  case BinaryOp::In:
    return "in";
  case BinaryOp::Coalesce:
    return "??";
  case BinaryOp::Range:
    return "..";
  case BinaryOp::Add:
    return "+";
  case BinaryOp::Subtract:
    return "-";
  case BinaryOp::Multiply:
    return "*";
  case BinaryOp::Divide:
    return "/";
  case BinaryOp::Remainder:
    return "%";
  }
  llvm_unreachable("every operator is covered");
}

class BinaryChecker {
public:
  BinaryChecker(ExprChecker& checker, const ast::BinaryExpr& binary, const Expected& expected)
      : checker_(checker), state_(checker.state), types_(checker.types), binary_(binary),
        expected_(expected) {}

  TypeId check() {
    switch (binary_.op) {
    case BinaryOp::Or:
    case BinaryOp::And:
      return both(TypeKind::Bool, TypeKind::Bool);
    case BinaryOp::Equal:
    case BinaryOp::NotEqual:
      return checkEquality();
    case BinaryOp::Less:
    case BinaryOp::LessEqual:
    case BinaryOp::Greater:
    case BinaryOp::GreaterEqual:
      return checkOrder();
    case BinaryOp::In:
      return checkIn();
    case BinaryOp::Coalesce:
      return checkCoalesce();
    case BinaryOp::Range:
      return checkRange();
    case BinaryOp::Add:
      return checkAdd();
    default:
      return checkArithmetic();
    }
  }

private:
  bool is(TypeId type, TypeKind kind) const { return types_.is(type, kind); }

  Wanter wanter() const { return {.kind = Wanter::Kind::Condition, .name = spell(binary_.op)}; }

  TypeId both(TypeKind operand, TypeKind result) {
    Expected wanted{.type = state_.simple(operand), .wanter = wanter()};
    checker_.check(binary_.left, wanted);
    checker_.check(binary_.right, wanted);
    return state_.simple(result);
  }

  TypeId checkRange() {
    TypeId left = checker_.infer(binary_.left);
    if (state_.isError(left) || is(left, TypeKind::Int)) {
      checker_.check(binary_.right, {.type = state_.simple(TypeKind::Int), .wanter = wanter()});
      return types_.list(state_.simple(TypeKind::Int));
    }
    // A slip for `.`; then what follows is a member, and means nothing by itself.
    auto report = state_.emit(Code::E0401, state_.rangeOf(binary_.left),
                              "`..` counts from one Int to another, this is " +
                                  withArticle(state_.show(left)));
    report.suggest(binary_.opRange, ".", "`.` for a member");
    return state_.error();
  }

  TypeId undefined(TypeId left, TypeId right) {
    if (state_.isError(left) || state_.isError(right))
      return state_.error();
    for (auto [operand, type] : {std::pair(binary_.left, left), std::pair(binary_.right, right)})
      if (is(type, TypeKind::Each)) {
        reportEach(checker_, operand, binary_.opRange);
        return state_.error();
      }
    state_
        .emit(Code::E0411, binary_.opRange,
              "`" + spell(binary_.op) + "` is not defined for " + state_.show(left) + " and " +
                  state_.show(right))
        .also(state_.rangeOf(binary_.left), state_.show(left))
        .also(state_.rangeOf(binary_.right), state_.show(right));
    return state_.error();
  }

  /// Infers both; a string literal is read as the Version or Url on the other side.
  std::pair<TypeId, TypeId> operands() {
    auto isLiteral = [&](ExprId expr) { return state_.as<ast::StringLiteral>(expr) != nullptr; };
    auto readAs = [&](ExprId literal, TypeId other) {
      bool read = is(other, TypeKind::Version) || is(other, TypeKind::Url);
      return read ? checker_.check(literal, {.type = other}) : checker_.infer(literal);
    };
    if (isLiteral(binary_.left) && !isLiteral(binary_.right)) {
      TypeId right = checker_.infer(binary_.right);
      return {readAs(binary_.left, right), right};
    }
    TypeId left = checker_.infer(binary_.left);
    return {left,
            isLiteral(binary_.right) ? readAs(binary_.right, left) : checker_.infer(binary_.right)};
  }

  /// Text with an artifact in it cannot be compared; true after a report.
  bool refuseArg(TypeId left, TypeId right) {
    for (auto [operand, type] : {std::pair(binary_.left, left), std::pair(binary_.right, right)}) {
      if (!is(type, TypeKind::Arg))
        continue;
      state_
          .emit(Code::E0405, state_.rangeOf(operand),
                "this text contains an artifact and cannot be inspected")
          .label(labelOfArg(checker_, operand))
          .help("decide on the value that went into it");
      return true;
    }
    return false;
  }

  TypeId checkEquality() {
    auto [left, right] = operands();
    if (refuseArg(left, right))
      return state_.error();
    std::optional<TypeId> common = join(types_, left, right);
    bool error = state_.isError(left) || state_.isError(right);
    bool never = (is(left, TypeKind::None) && !is(right, TypeKind::Optional)) ||
                 (is(right, TypeKind::None) && !is(left, TypeKind::Optional));
    if (!error && never)
      return undefined(left, right);
    if (!error &&
        (!common || !isComparable(state_.program, left) || !isComparable(state_.program, right)))
      return undefined(left, right);
    return state_.simple(TypeKind::Bool);
  }

  TypeId checkOrder() {
    auto [left, right] = operands();
    if (refuseArg(left, right))
      return state_.error();
    if (left != right || !isOrdered(types_, left))
      return undefined(left, right);
    return state_.simple(TypeKind::Bool);
  }

  TypeId checkIn() {
    TypeId container = checker_.infer(binary_.right);
    const Type type = types_[container];
    bool list = type.kind == TypeKind::List, map = type.kind == TypeKind::Map;
    if (list || map) {
      TypeId wanted = list ? type.element : type.key;
      if (!isComparable(state_.program, wanted))
        return undefined(checker_.infer(binary_.left), container);
      checker_.check(binary_.left,
                     {.type = wanted, .wanter = {.kind = Wanter::Kind::Condition, .name = "in"}});
      return state_.simple(TypeKind::Bool);
    }
    return undefined(checker_.infer(binary_.left), container);
  }

  TypeId checkCoalesce() {
    TypeId left = checker_.infer(binary_.left);
    if (state_.isError(left)) {
      checker_.checkLoosely(binary_.right);
      return left;
    }
    if (!is(left, TypeKind::Optional))
      return undefined(left, checker_.infer(binary_.right));
    TypeId inner = types_[left].element;
    TypeId right = checker_.check(
        binary_.right, {.type = left, .wanter = {.kind = Wanter::Kind::Condition, .name = "??"}});
    if (state_.isError(right))
      return right;
    return join(types_, inner, right).value_or(left);
  }

  /// The operands of `+` on what is expected of the sum, where both have its type.
  std::optional<Expected> pushed() const {
    if (expected_.vector)
      return expected_;
    if (!expected_.type.valid())
      return std::nullopt;
    TypeId type =
        is(expected_.type, TypeKind::Optional) ? types_[expected_.type].element : expected_.type;
    TypeKind kind = types_.kind(type);
    if (kind == TypeKind::List || kind == TypeKind::Each || kind == TypeKind::Map)
      return expected_.with(type);
    return std::nullopt;
  }

  TypeId checkAdd() {
    std::optional<Expected> wanted = pushed();
    TypeId left = wanted ? checker_.check(binary_.left, *wanted) : checker_.infer(binary_.left);
    TypeId right = wanted ? checker_.check(binary_.right, *wanted) : checker_.infer(binary_.right);
    TypeKind kind = types_.kind(left);
    bool sum = kind == TypeKind::Int || kind == TypeKind::Duration || kind == TypeKind::Size ||
               kind == TypeKind::String;
    if (sum && left == right)
      return left;
    if (isText(left) && isText(right))
      return state_.simple(TypeKind::Arg);
    if (expected_.vector && isSequence(left) && isSequence(right) &&
        (is(left, TypeKind::Vector) || is(right, TypeKind::Vector)))
      return state_.simple(TypeKind::Vector);
    bool joinable = (isSequence(left) && isSequence(right)) ||
                    (is(left, TypeKind::Map) && is(right, TypeKind::Map));
    if (joinable)
      if (std::optional<TypeId> common = join(types_, left, right))
        return *common;
    return undefined(left, right);
  }

  bool isText(TypeId type) const { return is(type, TypeKind::String) || is(type, TypeKind::Arg); }
  bool isSequence(TypeId type) const {
    return is(type, TypeKind::List) || is(type, TypeKind::Each) || is(type, TypeKind::Vector);
  }

  TypeId checkArithmetic() {
    TypeId left = checker_.infer(binary_.left), right = checker_.infer(binary_.right);
    TypeKind a = types_.kind(left), b = types_.kind(right);
    bool quantity = a == TypeKind::Duration || a == TypeKind::Size;
    switch (binary_.op) {
    case BinaryOp::Subtract:
      if (a == b && (a == TypeKind::Int || quantity))
        return left;
      break;
    case BinaryOp::Multiply:
      if (a == TypeKind::Int &&
          (b == TypeKind::Int || b == TypeKind::Duration || b == TypeKind::Size))
        return right;
      if (quantity && b == TypeKind::Int)
        return left;
      break;
    case BinaryOp::Divide:
      if (b == TypeKind::Int && (a == TypeKind::Int || quantity))
        return left;
      break;
    case BinaryOp::Remainder:
      if (a == TypeKind::Int && b == TypeKind::Int)
        return left;
      break;
    default:
      llvm_unreachable("not arithmetic");
    }
    return undefined(left, right);
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  const ast::BinaryExpr& binary_;
  const Expected& expected_;
};

} // namespace

TypeId checkUnary(ExprChecker& checker, const ast::UnaryExpr& unary) {
  TypeKind kind = unary.op == ast::UnaryOp::Not ? TypeKind::Bool : TypeKind::Int;
  return checker.check(unary.operand,
                       {.type = checker.state.simple(kind),
                        .wanter = {.kind = Wanter::Kind::Condition,
                                   .name = unary.op == ast::UnaryOp::Not ? "not" : "-"}});
}

TypeId checkBinary(ExprChecker& checker, const ast::BinaryExpr& binary, const Expected& expected) {
  return BinaryChecker(checker, binary, expected).check();
}

TypeId checkIndex(ExprChecker& checker, const ast::IndexExpr& index) {
  ModuleState& state = checker.state;
  TypeId base = checker.inferKnown(index.base);
  const Type type = checker.types[base];
  SourceRange range = state.rangeOf(index.base);
  switch (type.kind) {
  case TypeKind::List:
    checker.check(index.index,
                  {.type = state.simple(TypeKind::Int), .wanter = {.name = "an index"}});
    return type.element;
  case TypeKind::Map:
    checker.check(index.index, {.type = type.key, .wanter = {.name = "a key of this map"}});
    return type.element;
  case TypeKind::Each:
    reportEach(checker, index.base, state.rangeOf(index.index));
    break;
  case TypeKind::Optional:
    reportNone(checker, index.base, /*isOperand=*/true);
    break;
  case TypeKind::Error:
    break;
  default:
    state.emit(Code::E0411, range,
               "`[…]` is for lists and maps, this is " + withArticle(state.show(base)));
  }
  checker.checkLoosely(index.index);
  return state.error();
}

} // namespace pipec::sema
