// Holes, inputs and scripts.
#include "compiler/lower/spec_builder.h"

#include "compiler/lower/builtins.h"
#include "compiler/plan/arg_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

using plan::HoleKind;
using plan::Piece;

uint32_t SpecBuilder::inputNumber(const Artifact& artifact) {
  auto [found, isNew] = inputs_.try_emplace(artifact.ref, spec_.inputs.size());
  if (isNew)
    spec_.inputs.push_back({artifact.ref, artifact.type,
                            session_.nodes.baseNameOf(artifact.ref).str(), artifact.pool});
  // What is mentioned outside the pool, too, counts as a whole.
  spec_.inputs[found->second].pool &= artifact.pool;
  return found->second;
}

std::optional<Piece> SpecBuilder::hole(const std::string& text, SourceRange) {
  return Piece{HoleKind::Text, text, 0};
}

std::optional<Piece> SpecBuilder::hole(const ArtifactPiece& piece, SourceRange range) {
  if (!piece.artifact.isPrevious()) {
    uint32_t number = inputNumber(piece.artifact);
    // Text in a command is read by pipec, which no depfile knows.
    if (piece.content)
      spec_.inputs[number].pool = false;
    return Piece{piece.content ? HoleKind::InputText : HoleKind::InputPath, "", number};
  }
  if (piece.artifact.ref.output == body_.number)
    return Piece{HoleKind::PreviousPath, "", 0};
  session_.reporter.report(Code::E0211, range, "`previous` of another deploy cannot be used here");
  return std::nullopt;
}

std::optional<Piece> SpecBuilder::hole(const UrlPiece& piece, SourceRange range) {
  const plan::Node& deploy = session_.nodes[piece.deployment];
  const plan::Environment& environment = session_.environments[deploy.action().environmentId];
  bool writesUrl = !deploy.action().outputs.empty();
  if (!writesUrl && !environment.url) {
    session_.reporter
        .report(Code::E0703, range,
                "environment `" + environment.name + "` has no `url`, and `" + deploy.definition +
                    "` writes none to its `${out}`")
        .help("add `url = \"https://…\"` to the environment");
    return std::nullopt;
  }
  auto found = llvm::find(spec_.deployments, piece.deployment);
  uint32_t index = found - spec_.deployments.begin();
  if (found == spec_.deployments.end())
    spec_.deployments.push_back(piece.deployment);
  return Piece{HoleKind::DeploymentUrl, "", index};
}

std::optional<Piece> SpecBuilder::hole(const BodyPiece& piece, SourceRange range) {
  if (piece.body != body_.number) {
    session_.reporter.report(Code::E0211, range, "this text mentions a body name of another action")
        .help("`out`, `id`, `report` and `release` mean something in their own body alone");
    return std::nullopt;
  }
  switch (piece.name) {
  case sema::BodyName::Out:
    return Piece{HoleKind::OutputPath, "", piece.output};
  case sema::BodyName::Id:
    return Piece{HoleKind::Identity, "", 0};
  case sema::BodyName::Report:
    return Piece{HoleKind::ReportPath, "", 0};
  case sema::BodyName::Release:
    return Piece{HoleKind::Release, "", 0};
  case sema::BodyName::To:
  case sema::BodyName::Previous:
    break;
  }
  llvm_unreachable("`to` has members alone, `previous` is an artifact");
}

std::optional<plan::Arg> SpecBuilder::arg(const ArgPieces& pieces, SourceRange range) {
  plan::Arg result;
  for (const ArgPiece& piece : pieces) {
    std::optional<Piece> made =
        std::visit([&](const auto& kind) { return hole(kind, range); }, piece);
    if (!made)
      return std::nullopt;
    result.push_back(std::move(*made));
  }
  return result;
}

std::optional<plan::Arg> SpecBuilder::arg(const Value& value, SourceRange range) {
  ArgPieces pieces;
  appendText(session_, value, pieces);
  return arg(pieces, range);
}

std::optional<plan::ArtifactRef> SpecBuilder::role(const Value& value, SourceRange range) {
  const Artifact& artifact = value.as<Artifact>();
  if (!artifact.isPrevious())
    return artifact.ref;
  session_.reporter.report(Code::E0211, range, "`previous` only exists in the `rollback`");
  return std::nullopt;
}

bool SpecBuilder::flatten(const Value& value, SourceRange range, plan::ArgumentVector& out) {
  if (!session_.limits.step(range))
    return false;
  if (value.is<List>())
    return llvm::all_of(value.items(),
                        [&](const Value& item) { return flatten(item, range, out); });
  std::optional<plan::Arg> argument = arg(value, range);
  if (argument)
    out.arguments.push_back(std::move(*argument));
  return argument.has_value();
}

/// How the body refers to a value, by where the hole stands (SPEC "Shell strings").
static std::string referenceText(uint32_t number, sema::HoleContext context) {
  std::string variable = "${__" + llvm::utostr(number) + "}";
  switch (context) {
  case sema::HoleContext::Unquoted:
    return "\"" + variable + "\"";
  case sema::HoleContext::DoubleQuoted:
    return variable;
  case sema::HoleContext::SingleQuoted:
    return "'\"" + variable + "\"'";
  }
  llvm_unreachable("a hole stands in one of three contexts");
}

std::optional<plan::Script> SpecBuilder::script(const Command& command, SourceRange range) {
  plan::Script script;
  llvm::StringMap<uint32_t> numbers; // equal values share a variable
  for (const ShellPart& part : *command.parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      script.body += *text;
      continue;
    }
    const auto& reference = std::get<ShellReference>(part);
    if (reference.inList == ShellReference::InList::Empty)
      continue;
    std::optional<plan::Arg> value = arg(reference.value, range);
    if (!value)
      return std::nullopt;
    auto [found, isNew] = numbers.try_emplace(plan::argText(*value), script.values.size() + 1);
    if (isNew)
      script.values.push_back(std::move(*value));
    script.body += referenceText(found->second, reference.context);
  }
  return script;
}

std::optional<plan::Command> SpecBuilder::command(const Value& value, SourceRange range) {
  plan::Command result;
  result.location = session_.reporter.location(range);
  if (const auto* shell = value.tryAs<Command>()) {
    std::optional<plan::Script> made = script(*shell, range);
    if (!made)
      return std::nullopt;
    result.what = std::move(*made);
    return result;
  }
  plan::ArgumentVector vector;
  if (!flatten(value, range, vector))
    return std::nullopt;
  if (vector.arguments.empty()) {
    session_.reporter.report(Code::E0308, range, "this command is empty")
        .help("the first element is the program to run");
    return std::nullopt;
  }
  result.what = std::move(vector);
  return result;
}

} // namespace pipec::lower
