// Evaluating a pipeline: its statements and stages, in the order written.
#pragma once

#include "compiler/lower/evaluator.h"
#include "compiler/lower/labels.h"

namespace pipec::lower {

/// Fills `plan.stages`, `bindings`, `keptOutputs` and `declaredOutputs`; nodes are in the session.
class PipelineEvaluator {
public:
  PipelineEvaluator(Session& session, Evaluator& evaluator, Labeler& labeler, plan::Plan& plan)
      : session_(session), evaluator_(evaluator), labeler_(labeler), plan_(plan) {}

  /// `frame` holds the parameters. A pipeline that is another one's name is followed.
  bool run(sema::SymbolId pipeline, Frame& frame);

private:
  bool runItems(const ast::PipelineDecl& decl, Frame& frame);
  bool runAlias(const ast::PipelineDecl& decl, Frame& frame);
  bool runStage(const ast::StageDecl& stage, Frame& frame);

  bool run(const ast::LetDecl& let, Frame& frame);
  bool run(const ast::AssertStmt& assertion, Frame& frame);
  bool run(const ast::CallStmt& statement, Frame& frame);
  bool run(const ast::OutItem& item, Frame& frame);

  void reserveNames(const ast::PipelineDecl& decl);
  bool declareOutput(const ast::OutItem& item);
  std::string labelOf(llvm::StringRef name) const { return prefix_ + "." + name.str(); }

  Session& session_;
  Evaluator& evaluator_;
  Labeler& labeler_;
  plan::Plan& plan_;
  std::string prefix_; ///< `PIPELINE`, or in a stage `PIPELINE.STAGE`
};

/// Appends to `kept` what `out` keeps of a value: a copy at `path`, or a folder of those of its
/// parts. False, and reported, if a part cannot be the name of a file.
bool keep(Session& session, const std::string& path, const Value& value, SourceRange range,
          std::vector<plan::KeptOutput>& kept);

} // namespace pipec::lower
