// Statements and stages of a pipeline.
#include "compiler/lower/pipeline.h"

#include "compiler/lower/builtins.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

bool PipelineEvaluator::run(sema::SymbolId pipeline, Frame& frame) {
  const auto& decl = std::get<ast::PipelineDecl>(session_.program.declOf(pipeline).node);
  if (decl.alias.valid())
    return runAlias(decl, frame);
  prefix_ = plan_.pipeline;
  reserveNames(decl);
  session_.nextStage = plan::StageId{0};
  return runItems(decl, frame);
}

bool PipelineEvaluator::runAlias(const ast::PipelineDecl& decl, Frame& frame) {
  const auto& call = std::get<ast::CallExpr>(frame.syntax.exprs[decl.alias].node);
  const sema::CallInfo& info = frame.checked.callOf(decl.alias);
  const sema::PipelineInfo& target = session_.program.pipelineOf(info.symbol);
  auto arguments = evaluator_.arguments(frame, call, info);
  if (!arguments)
    return false;
  Frame inner(session_, session_.program.symbols[info.symbol].module, target.slotCount);
  return evaluator_.bindParameters(inner, target.params, std::move(*arguments)) &&
         run(info.symbol, inner);
}

/// Names that the text gives: lets and stages. Calls and outs get out of their way.
void PipelineEvaluator::reserveNames(const ast::PipelineDecl& decl) {
  for (const ast::PipelineItem& item : decl.items) {
    if (const auto* let = std::get_if<ast::LetDecl>(&item))
      labeler_.reserve(labelOf(let->name.text));
    const auto* stage = std::get_if<ast::StageDecl>(&item);
    if (!stage)
      continue;
    labeler_.reserve(labelOf(stage->name.text));
    for (const ast::StageItem& inner : stage->items)
      if (const auto* let = std::get_if<ast::LetDecl>(&inner))
        labeler_.reserve(labelOf(stage->name.text + "." + let->name.text));
  }
}

bool PipelineEvaluator::runItems(const ast::PipelineDecl& decl, Frame& frame) {
  for (const ast::PipelineItem& item : decl.items) {
    const auto* stage = std::get_if<ast::StageDecl>(&item);
    bool done =
        stage ? runStage(*stage, frame)
              : std::visit(
                    [&](const auto& kind) {
                      if constexpr (std::is_same_v<std::decay_t<decltype(kind)>, ast::StageDecl>)
                        return true;
                      else
                        return run(kind, frame);
                    },
                    item);
    if (!done)
      return false;
  }
  llvm::sort(plan_.declaredOutputs);
  return true;
}

bool PipelineEvaluator::runStage(const ast::StageDecl& stage, Frame& frame) {
  plan::StageId id =
      plan_.stages.push({stage.name.text, false, session_.reporter.location(stage.keyword)});
  session_.nextStage = plan::StageId{id.index + 1};
  size_t firstNode = session_.nodes.size();
  Result wanted = stage.when.valid() ? evaluator_.evaluate(frame, stage.when) : Result(Value(true));
  if (!wanted)
    return false;
  labeler_.nameRest(labelOf(stage.name.text), firstNode);
  if (!wanted->asBool()) {
    plan_.stages[id].skipped = true;
    for (const ast::StageItem& item : stage.items)
      if (const auto* out = std::get_if<ast::OutItem>(&item))
        if (!declareOutput(*out))
          return false;
    return true;
  }
  prefix_ = labelOf(stage.name.text);
  session_.stage = id;
  for (const ast::StageItem& item : stage.items)
    if (!std::visit([&](const auto& kind) { return run(kind, frame); }, item))
      return false;
  session_.stage = plan::StageId();
  prefix_ = plan_.pipeline;
  return true;
}

bool PipelineEvaluator::run(const ast::LetDecl& let, Frame& frame) {
  size_t firstNode = session_.nodes.size();
  Result value = evaluator_.evaluate(frame, let.value);
  if (!value || !labeler_.mayName(frame.range(let.value), *value))
    return false;
  frame.bind(frame.checked.letSlots[let.value], *value);
  labeler_.name(labelOf(let.name.text), *value, firstNode, &plan_.bindings);
  return true;
}

bool PipelineEvaluator::run(const ast::AssertStmt& assertion, Frame& frame) {
  size_t firstNode = session_.nodes.size();
  bool holds = evaluator_.run(frame, assertion);
  labeler_.nameRest(prefix_, firstNode);
  return holds;
}

bool PipelineEvaluator::run(const ast::CallStmt& statement, Frame& frame) {
  size_t firstNode = session_.nodes.size();
  Result value = evaluator_.evaluate(frame, statement.call);
  if (!value || !labeler_.mayName(frame.range(statement.call), *value))
    return false;
  const sema::CallInfo& info = frame.checked.callOf(statement.call);
  std::string callee = info.symbol.valid() ? session_.program.symbols[info.symbol].name : "call";
  labeler_.name(labeler_.claim(labelOf(callee)), *value, firstNode, &plan_.bindings);
  return true;
}

bool PipelineEvaluator::declareOutput(const ast::OutItem& item) {
  const std::string& name = item.name->text;
  if (!llvm::is_contained(plan_.declaredOutputs, name)) {
    plan_.declaredOutputs.push_back(name);
    return true;
  }
  session_.reporter.report(Code::E0704, item.name->range,
                           "two outputs of this pipeline are called `" + name + "`");
  return false;
}

bool PipelineEvaluator::run(const ast::OutItem& item, Frame& frame) {
  size_t firstNode = session_.nodes.size();
  Result value = declareOutput(item) ? evaluator_.evaluate(frame, item.value) : std::nullopt;
  if (!value || !labeler_.mayName(frame.range(item.value), *value))
    return false;
  std::string label = labelOf(item.name->text);
  if (labeler_.isTaken(label)) {
    labeler_.nameRest(label, firstNode);
  } else {
    labeler_.reserve(label);
    labeler_.name(label, *value, firstNode, &plan_.bindings);
  }
  return keep(session_, item.name->text, *value, frame.range(item.value), plan_.keptOutputs);
}

static bool keepParts(Session& session, const std::string& path, const Value& value,
                      SourceRange range, std::vector<plan::KeptOutput>& kept) {
  auto keepPart = [&](const std::string& name, const Value& part) {
    return keep(session, path + "/" + name, part, range, kept);
  };
  if (value.is<List>()) {
    for (auto [index, item] : llvm::enumerate(value.items()))
      if (!keepPart(llvm::utostr(index), item))
        return false;
  } else if (const auto* each = value.tryAs<Each>()) {
    size_t number = 0;
    for (const EachPart& part : each->data->parts) {
      if (part.expansion.valid())
        kept.push_back({path, {part.expansion, 0}, {}, session.stage});
      for (const Value& item : part.items)
        if (!keepPart(llvm::utostr(number++), item))
          return false;
    }
  } else if (const auto* map = value.tryAs<Map>()) {
    for (const auto& [key, item] : map->data->entries) {
      ArgPieces text;
      appendText(session, key, text);
      std::string name = text.empty() ? "" : std::get<std::string>(text.front());
      if (name.empty() || name == "." || name == ".." || llvm::StringRef(name).contains('/')) {
        session.reporter.report(Code::E0705, range,
                                "\"" + name + "\" cannot be the name of a kept file");
        return false;
      }
      if (!keepPart(name, item))
        return false;
    }
  } else if (const auto* record = value.tryAs<Record>()) {
    std::vector<std::string> names = session.labeler->fieldNames(*record->data);
    for (auto [name, field] : llvm::zip(names, record->data->fields))
      if (!keepPart(name, field))
        return false;
  }
  return true;
}

bool keep(Session& session, const std::string& path, const Value& value, SourceRange range,
          std::vector<plan::KeptOutput>& kept) {
  const auto* artifact = value.tryAs<Artifact>();
  if (!artifact)
    return keepParts(session, path, value, range, kept);
  plan::KeptOutput output;
  output.path = path;
  output.artifact = artifact->ref;
  if (artifact->proofs)
    for (const Proof& proof : *artifact->proofs)
      output.waits.push_back(proof.node);
  llvm::sort(output.waits);
  output.waits.erase(std::unique(output.waits.begin(), output.waits.end()), output.waits.end());
  output.stage = session.stage;
  kept.push_back(std::move(output));
  return true;
}

} // namespace pipec::lower
