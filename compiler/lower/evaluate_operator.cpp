// Operators; arithmetic that overflows is an error.
#include "compiler/lower/builtins.h"
#include "compiler/lower/evaluator.h"
#include "compiler/lower/scalars.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

using ast::BinaryOp;

/// Rounds towards minus infinity, as `%` is never negative for a positive divisor.
static std::optional<int64_t> floorDivide(int64_t a, int64_t b) {
  if (b == 0 || (b == -1 && a == std::numeric_limits<int64_t>::min()))
    return std::nullopt;
  int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

static std::optional<int64_t> floorRemainder(int64_t a, int64_t b) {
  if (b == 0)
    return std::nullopt;
  if (b == -1)
    return 0;
  int64_t remainder = a % b;
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

/// nullopt: the result does not fit, or the divisor is 0.
static std::optional<int64_t> arithmetic(BinaryOp op, int64_t a, int64_t b) {
  switch (op) {
  case BinaryOp::Add:
    return llvm::checkedAdd(a, b);
  case BinaryOp::Subtract:
    return llvm::checkedSub(a, b);
  case BinaryOp::Multiply:
    return llvm::checkedMul(a, b);
  case BinaryOp::Divide:
    return floorDivide(a, b);
  case BinaryOp::Remainder:
    return floorRemainder(a, b);
  default:
    llvm_unreachable("no arithmetic operator");
  }
}

/// The number in an Int, Duration or Size.
static int64_t quantity(const Value& value) {
  if (const auto* duration = value.tryAs<Duration>())
    return duration->milliseconds;
  if (const auto* size = value.tryAs<Size>())
    return size->bytes;
  return value.asInt();
}

/// A number of the kind that the operands have: the one with a unit decides.
static Value likeOperands(int64_t number, const Value& a, const Value& b) {
  if (a.is<Duration>() || b.is<Duration>())
    return Duration{number};
  if (a.is<Size>() || b.is<Size>())
    return Size{number};
  return number;
}

static llvm::StringRef spelling(BinaryOp op) {
  switch (op) {
  case BinaryOp::Add:
    return "+";
  case BinaryOp::Subtract:
    return "-";
  case BinaryOp::Multiply:
    return "*";
  case BinaryOp::Divide:
    return "/";
  default:
    return "%";
  }
}

static std::string printed(const Session& session, const Value& value) {
  ArgPieces pieces;
  appendText(session, value, pieces);
  return std::get<std::string>(pieces.front());
}

static bool isNumber(const Value& value) {
  return value.is<int64_t>() || value.is<Duration>() || value.is<Size>();
}

static Result computeNumbers(Session& session, SourceRange range, BinaryOp op, const Value& left,
                             const Value& right) {
  if (std::optional<int64_t> number = arithmetic(op, quantity(left), quantity(right)))
    return likeOperands(*number, left, right);
  bool byZero = (op == BinaryOp::Divide || op == BinaryOp::Remainder) && quantity(right) == 0;
  session.reporter.report(Code::E0702, range,
                          llvm::Twine(byZero ? "division by zero" : "integer overflow") + " in `" +
                              printed(session, left) + " " + spelling(op) + " " +
                              printed(session, right) + "`");
  return std::nullopt;
}

static Result addMaps(Session& session, SourceRange range, const MapData& left,
                      const MapData& right) {
  MapData sum = left;
  for (const auto& [key, value] : right.entries)
    if (!sum.insert(key, value)) {
      session.reporter.report(Code::E0704, range,
                              "both sides of this `+` have an entry for \"" + keyText(key) + "\"");
      return std::nullopt;
    }
  return makeMap(std::move(sum));
}

static std::vector<EachPart> partsOf(const Value& list) {
  if (const auto* each = list.tryAs<Each>())
    return each->data->parts;
  return {{plan::NodeId(), list.items()}};
}

/// Of which at least one is an Each.
static Result addLists(Session& session, SourceRange range, const Value& left, const Value& right) {
  std::vector<EachPart> parts = partsOf(left);
  llvm::append_range(parts, partsOf(right));
  size_t known = 0;
  for (const EachPart& part : parts)
    known += part.items.size();
  if (!session.limits.step(range, parts.size() + known))
    return std::nullopt;
  return makeEach(std::move(parts));
}

static Result add(Session& session, SourceRange range, const Value& left, const Value& right) {
  if (left.is<Each>() || right.is<Each>())
    return addLists(session, range, left, right);
  if (left.is<List>()) {
    if (!session.limits.step(range, left.items().size() + right.items().size()))
      return std::nullopt;
    std::vector<Value> items = left.items();
    llvm::append_range(items, right.items());
    return makeList(std::move(items));
  }
  if (const auto* map = left.tryAs<Map>()) {
    const MapData& other = *right.as<Map>().data;
    if (!session.limits.step(range, map->data->entries.size() + other.entries.size()))
      return std::nullopt;
    return addMaps(session, range, *map->data, other);
  }
  ArgPieces pieces;
  appendText(session, left, pieces);
  appendText(session, right, pieces);
  if (!session.limits.string(range, textSize(pieces)))
    return std::nullopt;
  return makeArg(std::move(pieces));
}

static Result makeRange(Session& session, SourceRange range, int64_t begin, int64_t end) {
  if (begin >= end)
    return makeList({});
  uint64_t count = static_cast<uint64_t>(end) - static_cast<uint64_t>(begin);
  if (!session.limits.step(range, count))
    return std::nullopt;
  std::vector<Value> items;
  items.reserve(count);
  for (int64_t i = begin; i < end; ++i)
    items.push_back(i);
  return makeList(std::move(items));
}

static Result isIn(Session& session, SourceRange range, const Value& item, const Value& container) {
  const auto* map = container.tryAs<Map>();
  if (!session.limits.step(range, weightOf(map ? item : container)))
    return std::nullopt;
  if (map)
    return map->data->find(item) != nullptr;
  return llvm::any_of(container.items(),
                      [&](const Value& other) { return equalValues(item, other); });
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::UnaryExpr& node) {
  Result operand = evaluate(frame, node.operand);
  if (!operand)
    return std::nullopt;
  if (node.op == ast::UnaryOp::Not)
    return !operand->asBool();
  if (std::optional<int64_t> negated = llvm::checkedSub<int64_t>(0, operand->asInt()))
    return *negated;
  session_.reporter.report(Code::E0702, frame.range(id),
                           "integer overflow in `-(" + llvm::Twine(operand->asInt()) + ")`");
  return std::nullopt;
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::BinaryExpr&) {
  // `a + b + c + …` is as deep on the left as it is long, so that side is no recursion.
  llvm::SmallVector<ast::ExprId> spine;
  auto binary = [&](ast::ExprId expr) {
    return std::get_if<ast::BinaryExpr>(&frame.syntax.exprs[expr].node);
  };
  ast::ExprId at = id;
  while (const ast::BinaryExpr* node = binary(at)) {
    spine.push_back(at);
    at = node->left;
  }
  Result value = evaluate(frame, at);
  for (ast::ExprId operation : llvm::reverse(spine)) {
    if (!value || !session_.limits.step(frame.range(operation)))
      return std::nullopt;
    value = applyBinary(frame, operation, *binary(operation), std::move(*value));
  }
  return value;
}

Result Evaluator::applyBinary(Frame& frame, ast::ExprId id, const ast::BinaryExpr& node,
                              Value left) {
  if (node.op == BinaryOp::Or || node.op == BinaryOp::And)
    return left.asBool() == (node.op == BinaryOp::Or) ? Result(left) : evaluate(frame, node.right);
  if (node.op == BinaryOp::Coalesce)
    return left.isNone() ? evaluate(frame, node.right) : Result(left);
  Result right = evaluate(frame, node.right);
  if (!right)
    return std::nullopt;
  SourceRange range = frame.range(id);
  bool compares = node.op == BinaryOp::Equal || node.op == BinaryOp::NotEqual ||
                  node.op == BinaryOp::Less || node.op == BinaryOp::LessEqual ||
                  node.op == BinaryOp::Greater || node.op == BinaryOp::GreaterEqual;
  if (compares && !session_.limits.step(range, std::min(weightOf(left), weightOf(*right))))
    return std::nullopt;
  switch (node.op) {
  case BinaryOp::Equal:
    return equalValues(left, *right);
  case BinaryOp::NotEqual:
    return !equalValues(left, *right);
  case BinaryOp::Less:
    return compareValues(left, *right) < 0;
  case BinaryOp::LessEqual:
    return compareValues(left, *right) <= 0;
  case BinaryOp::Greater:
    return compareValues(left, *right) > 0;
  case BinaryOp::GreaterEqual:
    return compareValues(left, *right) >= 0;
  case BinaryOp::In:
    return isIn(session_, range, left, *right);
  case BinaryOp::Range:
    return makeRange(session_, range, left.asInt(), right->asInt());
  default:
    return isNumber(left) ? computeNumbers(session_, range, node.op, left, *right)
                          : add(session_, range, left, *right);
  }
}

} // namespace pipec::lower
