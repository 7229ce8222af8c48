// SpecBuilder: values of an action's body → the plan's commands, with inputs numbered.
#pragma once

#include "compiler/lower/evaluator.h"

namespace pipec::lower {

/// Numbers inputs and deployments in the order in which they are asked for. Every function gives
/// nullopt after a failure, which has been reported.
class SpecBuilder {
public:
  SpecBuilder(Session& session, const ActionBody& body, plan::ActionSpec& spec)
      : session_(session), body_(body), spec_(spec) {}

  /// Of a scalar, an artifact (its path) or an Arg.
  std::optional<plan::Arg> arg(const Value& value, SourceRange range);
  /// Of a Command, or of the list that is an argument vector.
  std::optional<plan::Command> command(const Value& value, SourceRange range);
  /// An artifact that is used as a whole, by its role.
  std::optional<plan::ArtifactRef> role(const Value& value, SourceRange range);

private:
  std::optional<plan::Arg> arg(const ArgPieces& pieces, SourceRange range);
  std::optional<plan::Piece> hole(const ArtifactPiece& piece, SourceRange range);
  std::optional<plan::Piece> hole(const UrlPiece& piece, SourceRange range);
  std::optional<plan::Piece> hole(const BodyPiece& piece, SourceRange range);
  std::optional<plan::Piece> hole(const std::string& text, SourceRange range);
  uint32_t inputNumber(const Artifact& artifact);
  bool flatten(const Value& value, SourceRange range, plan::ArgumentVector& out);
  std::optional<plan::Script> script(const Command& command, SourceRange range);

  Session& session_;
  const ActionBody& body_;
  plan::ActionSpec& spec_;
  std::map<plan::ArtifactRef, uint32_t> inputs_;
};

} // namespace pipec::lower
