// Tries all values of parameters that make a difference: members of enums, Bool, and of other types
// the literals in the condition, with one value that is none of them.
#include "compiler/sema/when_analysis.h"

#include "compiler/sema/expr_walk.h"

#include <optional>
#include <set>

namespace pipec::sema {

namespace {

constexpr size_t MostCases = 4096;
constexpr size_t MostDomainSize = 64;

/// A value as text that is equal for equal values of one type; nullopt: not known.
using Value = std::optional<std::string>;

class WhenAnalysis {
public:
  WhenAnalysis(const ModuleState& state, const PipelineInfo& pipeline, ExprId condition)
      : state_(state), pipeline_(pipeline), condition_(condition), values_(pipeline.params.size()) {
  }

  bool isNeverTrue() {
    collect(condition_);
    size_t cases = 1;
    for (uint32_t param : params_) {
      domains_.push_back(domainOf(param));
      cases *= domains_.back().size();
      if (domains_.back().size() > MostDomainSize || cases > MostCases)
        return false;
    }
    return tryAll(0);
  }

private:
  std::optional<uint32_t> paramOf(ExprId expr) const {
    const auto* ref = std::get_if<SlotRef>(&state_.tables.references[expr]);
    if (!ref || ref->slot.index >= values_.size())
      return std::nullopt;
    return ref->slot.index;
  }

  void collect(ExprId expr) {
    if (std::optional<uint32_t> param = paramOf(expr))
      params_.insert(*param);
    else if (Value literal = literalOf(expr))
      literals_.insert(*literal);
    forEachChild(state_.syntax, expr, [&](ExprId child) { collect(child); });
  }

  Value literalOf(ExprId expr) const {
    if (const auto* boolean = state_.as<ast::BoolLiteral>(expr))
      return boolean->value ? "true" : "false";
    if (const auto* number = state_.as<ast::IntLiteral>(expr))
      return std::to_string(number->value);
    if (const auto* text = state_.as<ast::StringLiteral>(expr)) {
      if (text->parts.empty())
        return "\"";
      if (text->parts.size() == 1 && !text->parts[0].hole.valid())
        return "\"" + text->parts[0].text;
    }
    if (const auto* member = std::get_if<EnumMemberRef>(&state_.tables.references[expr]))
      return "member " + std::to_string(member->member);
    return std::nullopt;
  }

  std::vector<Value> domainOf(uint32_t param) const {
    const Type& type = state_.types[pipeline_.params[param].type];
    if (type.kind == TypeKind::Bool)
      return {"true", "false"};
    std::vector<Value> domain;
    if (type.kind == TypeKind::Enum) {
      for (size_t i = 0; i < state_.program.enumOf(type.symbol).members.size(); ++i)
        domain.push_back("member " + std::to_string(i));
      return domain;
    }
    if (type.kind == TypeKind::String || type.kind == TypeKind::Int) {
      domain.assign(literals_.begin(), literals_.end());
      domain.push_back("other than the literals, parameter " + std::to_string(param));
      return domain;
    }
    return {std::nullopt};
  }

  bool tryAll(size_t next) {
    if (next == domains_.size())
      return evaluate(condition_) == Value("false");
    uint32_t param = *std::next(params_.begin(), static_cast<ptrdiff_t>(next));
    for (const Value& value : domains_[next]) {
      values_[param] = value;
      if (!tryAll(next + 1))
        return false;
    }
    return true;
  }

  Value evaluate(ExprId expr) const {
    if (std::optional<uint32_t> param = paramOf(expr))
      return values_[*param];
    if (const auto* unary = state_.as<ast::UnaryExpr>(expr); unary)
      return unary->op == ast::UnaryOp::Not ? negate(evaluate(unary->operand)) : std::nullopt;
    if (const auto* binary = state_.as<ast::BinaryExpr>(expr))
      return evaluate(*binary);
    return literalOf(expr);
  }

  static Value negate(const Value& value) {
    if (!value)
      return std::nullopt;
    return *value == "true" ? "false" : "true";
  }

  Value evaluate(const ast::BinaryExpr& binary) const {
    switch (binary.op) {
    case ast::BinaryOp::And:
      return connect(binary, "false");
    case ast::BinaryOp::Or:
      return connect(binary, "true");
    case ast::BinaryOp::Equal:
      return equal(evaluate(binary.left), evaluate(binary.right));
    case ast::BinaryOp::NotEqual:
      return negate(equal(evaluate(binary.left), evaluate(binary.right)));
    default:
      return std::nullopt;
    }
  }

  /// `decisive` on one side decides, whatever the other is.
  Value connect(const ast::BinaryExpr& binary, const std::string& decisive) const {
    Value left = evaluate(binary.left), right = evaluate(binary.right);
    if (left == decisive || right == decisive)
      return decisive;
    return left && right ? negate(decisive) : std::nullopt;
  }

  static Value equal(const Value& left, const Value& right) {
    auto isOther = [](const Value& value) { return llvm::StringRef(*value).starts_with("other"); };
    if (!left || !right || (isOther(left) && isOther(right)))
      return std::nullopt;
    return *left == *right ? "true" : "false";
  }

  const ModuleState& state_;
  const PipelineInfo& pipeline_;
  ExprId condition_;
  std::set<uint32_t> params_; ///< mentioned in the condition
  std::set<std::string> literals_;
  std::vector<std::vector<Value>> domains_; ///< in the order of `params_`
  std::vector<Value> values_;               ///< by parameter
};

} // namespace

bool isNeverTrue(const ModuleState& state, const PipelineInfo& pipeline, ExprId condition) {
  return WhenAnalysis(state, pipeline, condition).isNeverTrue();
}

} // namespace pipec::sema
