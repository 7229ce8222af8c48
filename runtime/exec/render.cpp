// Rendering of arguments, scripts and paths.
#include "runtime/exec/render.h"

#include "compiler/base/error.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::exec {

static llvm::Expected<std::string> trimmedText(const cas::Content& content,
                                               const RenderContext& context) {
  auto bytes = context.store.bytes(content.digest);
  if (!bytes)
    return bytes.takeError();
  if (!*bytes)
    return cas::lostContent(content.digest);
  llvm::StringRef text = llvm::StringRef(**bytes).trim();
  if (text.contains('\0'))
    return base::worldError("an input whose text is asked for contains a NUL byte");
  return text.str();
}

static llvm::Expected<std::string> renderPiece(const plan::Piece& piece,
                                               const RenderContext& context) {
  const plan::ActionSpec& spec = context.action.spec;
  switch (piece.kind) {
  case plan::HoleKind::Text:
    return piece.text;
  case plan::HoleKind::InputPath:
    return context.place(plan::inputPath(spec, piece.index));
  case plan::HoleKind::InputText:
    return trimmedText(context.action.inputs[piece.index], context);
  case plan::HoleKind::OutputPath:
    return context.place(plan::outputPath(spec, piece.index));
  case plan::HoleKind::ReportPath:
    return context.place("/report");
  case plan::HoleKind::Identity:
    return context.options.identity;
  case plan::HoleKind::Release:
    return context.options.release;
  case plan::HoleKind::PreviousPath:
    return context.place("/i/" + plan::previousInput(spec));
  case plan::HoleKind::DeploymentUrl:
    assert(piece.index < context.options.deploymentUrls.size());
    return context.options.deploymentUrls[piece.index];
  }
  llvm_unreachable("a hole of no kind");
}

llvm::Expected<std::string> renderArg(const plan::Arg& arg, const RenderContext& context) {
  std::string text;
  for (const plan::Piece& piece : arg) {
    auto part = renderPiece(piece, context);
    if (!part)
      return part.takeError();
    text += *part;
  }
  return text;
}

static void appendSingleQuoted(std::string& script, llvm::StringRef value) {
  script += '\'';
  for (char c : value) {
    if (c == '\'')
      script += "'\\''";
    else
      script += c;
  }
  script += '\'';
}

llvm::Expected<std::string> renderScript(const plan::Script& script, const RenderContext& context) {
  std::string text;
  for (size_t i = 0; i < script.values.size(); ++i) {
    auto value = renderArg(script.values[i], context);
    if (!value)
      return value.takeError();
    text += "__" + std::to_string(i + 1) + "=";
    appendSingleQuoted(text, *value);
    text += '\n';
  }
  text += script.body;
  return text;
}

llvm::Expected<std::vector<std::string>> renderCommand(const plan::Command& command,
                                                       const RenderContext& context) {
  if (const auto* script = std::get_if<plan::Script>(&command.what)) {
    auto text = renderScript(*script, context);
    if (!text)
      return text.takeError();
    std::vector<std::string> arguments = context.action.spec.shell;
    arguments.push_back(std::move(*text));
    return arguments;
  }
  std::vector<std::string> arguments;
  for (const plan::Arg& arg : std::get<plan::ArgumentVector>(command.what).arguments) {
    auto text = renderArg(arg, context);
    if (!text)
      return text.takeError();
    arguments.push_back(std::move(*text));
  }
  return arguments;
}

} // namespace pipec::exec
