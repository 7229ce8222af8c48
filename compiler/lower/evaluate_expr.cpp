// Expressions: literals, names, members, choices.
#include "compiler/lower/builtins.h"
#include "compiler/lower/evaluator.h"
#include "compiler/lower/scalars.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

Result Evaluator::evaluate(Frame& frame, ast::ExprId id) {
  const ast::Expr& expr = frame.syntax.exprs[id];
  Limits::Level level(session_.limits, expr.range);
  if (!level || !session_.limits.step(expr.range))
    return std::nullopt;
  return std::visit([&](const auto& node) { return evaluateNode(frame, id, node); }, expr.node);
}

bool Evaluator::run(Frame& frame, const ast::LetDecl& let) {
  Result value = evaluate(frame, let.value);
  if (value)
    frame.bind(frame.checked.letSlots[let.value], *value);
  return value.has_value();
}

bool Evaluator::run(Frame& frame, const ast::AssertStmt& assertion) {
  Result condition = evaluate(frame, assertion.condition);
  if (!condition)
    return false;
  if (condition->asBool())
    return true;
  if (Result message = evaluate(frame, assertion.message))
    session_.reporter.report(Code::E0701, assertion.range, message->text());
  return false;
}

Result Evaluator::evaluateNode(Frame&, ast::ExprId, const ast::ErrorExpr&) {
  llvm_unreachable("a program with errors is not evaluated");
}
Result Evaluator::evaluateNode(Frame&, ast::ExprId, const ast::IntLiteral& node) {
  return node.value;
}
Result Evaluator::evaluateNode(Frame&, ast::ExprId, const ast::DurationLiteral& node) {
  return Duration{node.milliseconds};
}
Result Evaluator::evaluateNode(Frame&, ast::ExprId, const ast::SizeLiteral& node) {
  return Size{node.bytes};
}
Result Evaluator::evaluateNode(Frame&, ast::ExprId, const ast::BoolLiteral& node) {
  return node.value;
}
Result Evaluator::evaluateNode(Frame&, ast::ExprId, const ast::NoneLiteral&) {
  return Value();
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::NameExpr&) {
  const sema::Reference& reference = frame.checked.references[id];
  if (const auto* slot = std::get_if<sema::SlotRef>(&reference))
    return frame.slots[slot->slot.index];
  if (const auto* symbol = std::get_if<sema::SymbolRef>(&reference))
    return *session_.globals[symbol->symbol.index];
  return bodyName(frame, std::get<sema::BodyNameRef>(reference));
}

Result Evaluator::bodyName(Frame& frame, const sema::BodyNameRef& reference) {
  assert(frame.body && "the checker allows body names in bodies alone");
  if (reference.name == sema::BodyName::Previous) {
    Artifact previous = *frame.body->subject;
    previous.ref = {plan::NodeId(), frame.body->number};
    previous.maker = plan::NodeId();
    previous.proofs.reset();
    return previous;
  }
  ArgPieces pieces;
  append(pieces, BodyPiece{reference.name, reference.output, frame.body->number});
  return makeArg(std::move(pieces));
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId, const ast::ListLiteral& node) {
  std::vector<Value> items;
  items.reserve(node.elements.size());
  for (ast::ExprId element : node.elements) {
    Result item = evaluate(frame, element);
    if (!item)
      return std::nullopt;
    items.push_back(std::move(*item));
  }
  return makeList(std::move(items));
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId, const ast::MapLiteral& node) {
  MapData data;
  for (const ast::MapEntry& entry : node.entries) {
    Result key = evaluate(frame, entry.key);
    Result value = key ? evaluate(frame, entry.value) : std::nullopt;
    if (!value)
      return std::nullopt;
    std::string name = keyText(*key);
    if (!data.insert(std::move(*key), std::move(*value))) {
      session_.reporter.report(Code::E0704, frame.range(entry.key),
                               "two entries for \"" + name + "\" in this map");
      return std::nullopt;
    }
  }
  return makeMap(std::move(data));
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId, const ast::IfExpr& node) {
  Result condition = evaluate(frame, node.condition);
  if (!condition)
    return std::nullopt;
  return evaluate(frame, condition->asBool() ? node.thenValue : node.elseValue);
}

bool Evaluator::matches(Frame& frame, const sema::PatternInfo& pattern, const Value& subject,
                        bool& failed) {
  switch (pattern.kind) {
  case sema::PatternInfo::Kind::Any:
    return true;
  case sema::PatternInfo::Kind::None:
    return subject.isNone();
  case sema::PatternInfo::Kind::Some:
    if (!subject.isNone())
      frame.bind(pattern.slot, subject);
    return !subject.isNone();
  case sema::PatternInfo::Kind::EnumMember:
    return subject.is<Enumerator>() && subject.as<Enumerator>().member == pattern.member;
  case sema::PatternInfo::Kind::Literal: {
    Result literal = evaluate(frame, pattern.literal);
    failed = !literal;
    return literal && equalValues(*literal, subject);
  }
  }
  llvm_unreachable("a pattern is of one of five kinds");
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::MatchExpr& node) {
  Result subject = evaluate(frame, node.subject);
  if (!subject)
    return std::nullopt;
  const sema::MatchInfo& info = frame.checked.matchOf(id);
  for (size_t arm = 0; arm < node.arms.size(); ++arm)
    for (const sema::PatternInfo& pattern : info.arms[arm]) {
      bool failed = false;
      if (matches(frame, pattern, *subject, failed))
        return evaluate(frame, node.arms[arm].value);
      if (failed)
        return std::nullopt;
    }
  llvm_unreachable("the checker has seen that some arm matches");
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::MemberExpr& node) {
  const sema::Reference& reference = frame.checked.references[id];
  if (const auto* member = std::get_if<sema::EnumMemberRef>(&reference))
    return Enumerator{member->enumeration, member->member};
  if (const auto* symbol = std::get_if<sema::SymbolRef>(&reference))
    return *session_.globals[symbol->symbol.index];

  BuiltinCall call = {session_, node.member.range, frame.module, {}};
  const auto* method = std::get_if<sema::MethodRef>(&reference);
  if (method && method->method == sema::Method::ToName)
    return makeString(session_.environments[frame.body->environmentId].name);
  if (method && method->method == sema::Method::ToUrl) {
    const plan::Environment& environment = session_.environments[frame.body->environmentId];
    if (environment.url)
      return makeText(TextKind::Url, *environment.url);
    call.error(Code::E0703, "environment `" + environment.name + "` has no `url`")
        .help("add `url = \"https://…\"` to the environment");
    return std::nullopt;
  }
  Result base = evaluate(frame, node.base);
  if (!base)
    return std::nullopt;
  if (method)
    return callMember(call, method->method, *base);
  return base->as<Record>().data->fields[std::get<sema::FieldRef>(reference).field];
}

/// A few of the keys, for a message.
static std::string listKeys(const Session& session, const MapData& map) {
  static constexpr size_t Shown = 8;
  if (map.entries.empty())
    return "it is empty";
  std::string text = "it has ";
  for (size_t i = 0; i < std::min(map.entries.size(), Shown); ++i) {
    ArgPieces key;
    appendText(session, map.entries[i].first, key);
    std::string shown = key.empty() ? "" : std::get<std::string>(key.front());
    text += (i == 0 ? "" : ", ") + shown;
  }
  return map.entries.size() > Shown ? text + ", …" : text;
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId, const ast::IndexExpr& node) {
  Result base = evaluate(frame, node.base);
  Result index = base ? evaluate(frame, node.index) : std::nullopt;
  if (!index)
    return std::nullopt;
  std::string name = session_.reporter.quote(frame.range(node.base), "this value");
  if (base->is<List>()) {
    size_t length = base->items().size();
    if (index->asInt() >= 0 && static_cast<uint64_t>(index->asInt()) < length)
      return base->items()[index->asInt()];
    session_.reporter.report(Code::E0703, frame.range(node.index),
                             "`" + name + "` has no element " + llvm::Twine(index->asInt()) +
                                 "; it has " + llvm::Twine(length) + ", counted from 0");
    return std::nullopt;
  }
  const MapData& map = *base->as<Map>().data;
  if (!session_.limits.step(frame.range(node.index), weightOf(*index)))
    return std::nullopt;
  if (const Value* found = map.find(*index))
    return *found;
  ArgPieces key;
  appendText(session_, *index, key);
  std::string shown = key.empty() ? "\"\"" : std::get<std::string>(key.front());
  session_.reporter.report(Code::E0703, frame.range(node.index),
                           "`" + name + "` has no key " + shown + "; " + listKeys(session_, map));
  return std::nullopt;
}

} // namespace pipec::lower
