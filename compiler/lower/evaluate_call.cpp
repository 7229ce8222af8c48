// Calls: functions, constructors, actions, and what the compiler brings.
#include "compiler/lower/action.h"
#include "compiler/lower/builtins.h"
#include "compiler/lower/evaluator.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

using Arguments = std::vector<std::optional<Value>>;

std::optional<Arguments> Evaluator::arguments(Frame& frame, const ast::CallExpr& call,
                                              const sema::CallInfo& info) {
  Arguments values(info.arguments.size());
  size_t count = info.arguments.size(), next = 0;
  for (const ast::Argument& argument : call.arguments) {
    // Most calls have their arguments in the order of the parameters.
    size_t tried = 0;
    while (tried < count && info.arguments[(next + tried) % count].value != argument.value)
      ++tried;
    if (tried == count)
      continue; // `to = E` names an environment and is no value
    size_t index = (next + tried) % count;
    next = index + 1;
    Result value = evaluate(frame, argument.value);
    if (!value)
      return std::nullopt;
    values[index] = std::move(*value);
  }
  return values;
}

bool Evaluator::bindParameters(Frame& frame, llvm::ArrayRef<sema::ParamInfo> params,
                               Arguments arguments) {
  for (size_t i = 0; i < params.size(); ++i) {
    Result value = std::move(arguments[i]);
    if (!value)
      value = evaluate(frame, params[i].defaultValue);
    if (!value)
      return false;
    frame.slots[i] = std::move(*value);
  }
  return true;
}

Result Evaluator::callFn(sema::SymbolId symbol, Arguments arguments) {
  const sema::FnInfo& info = session_.program.fnOf(symbol);
  Frame frame(session_, session_.program.symbols[symbol].module, info.slotCount);
  if (!bindParameters(frame, info.params, std::move(arguments)))
    return std::nullopt;
  const auto& fn = std::get<ast::FnDecl>(session_.program.declOf(symbol).node);
  for (const ast::FnStmt& statement : fn.body)
    if (!std::visit([&](const auto& item) { return run(frame, item); }, statement))
      return std::nullopt;
  return evaluate(frame, fn.value);
}

Result Evaluator::construct(sema::SymbolId symbol, Arguments arguments) {
  const sema::RecordInfo& info = session_.program.recordOf(symbol);
  Frame frame(session_, session_.program.symbols[symbol].module,
              std::max<uint32_t>(info.slotCount, info.fields.size()));
  if (!bindParameters(frame, info.fields, std::move(arguments)))
    return std::nullopt;
  frame.slots.resize(info.fields.size());
  return makeRecord(symbol, std::move(frame.slots));
}

Result Evaluator::callMethod(Frame& frame, ast::ExprId id, const ast::CallExpr& node,
                             const sema::CallInfo& info) {
  const auto& member = std::get<ast::MemberExpr>(frame.syntax.exprs[node.callee].node);
  Result receiver = evaluate(frame, member.base);
  std::optional<Arguments> values = receiver ? arguments(frame, node, info) : std::nullopt;
  if (!values)
    return std::nullopt;
  return callMember({session_, frame.range(id), frame.module, *values, {}, info.arguments},
                    info.method, *receiver);
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::CallExpr& node) {
  const sema::CallInfo& info = frame.checked.callOf(id);
  if (info.callee == sema::CallInfo::Callee::Method)
    return callMethod(frame, id, node, info);
  std::optional<Arguments> values = arguments(frame, node, info);
  if (!values)
    return std::nullopt;
  if (info.callee == sema::CallInfo::Callee::Prelude)
    return callPrelude(
        {session_, frame.range(id), frame.module, *values, frame.checked.types[id], info.arguments},
        info.prelude);

  session_.reporter.calls.push_back(frame.range(id));
  auto leave = llvm::make_scope_exit([&] { session_.reporter.calls.pop_back(); });
  switch (info.callee) {
  case sema::CallInfo::Callee::Fn:
    return callFn(info.symbol, std::move(*values));
  case sema::CallInfo::Callee::Record:
    return construct(info.symbol, std::move(*values));
  case sema::CallInfo::Callee::Action:
    return ActionMaker(session_, *this, CallSite(session_, frame, id)).call(std::move(*values));
  default:
    llvm_unreachable("pipelines are called by pipelines alone");
  }
}

} // namespace pipec::lower
