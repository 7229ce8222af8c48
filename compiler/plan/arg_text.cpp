// Args and commands as text.
#include "compiler/plan/arg_text.h"

#include "compiler/plan/plan_json.h"
#include "compiler/plan/root_paths.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::plan {

/// What stands between `${` and `}`; `name` is what a person calls the thing, or empty.
static std::string holeText(const Piece& piece, llvm::StringRef name) {
  auto numbered = [&](llvm::StringRef what) {
    std::string text = (what + ":" + llvm::Twine(piece.index + 1)).str();
    return name.empty() ? text : text + ":" + name.str();
  };
  switch (piece.kind) {
  case HoleKind::InputPath:
    return numbered("in");
  case HoleKind::InputText:
    return numbered("text");
  case HoleKind::OutputPath:
    return numbered("out");
  case HoleKind::DeploymentUrl:
    return numbered("url");
  case HoleKind::ReportPath:
    return "report";
  case HoleKind::Identity:
    return "id";
  case HoleKind::Release:
    return "release";
  case HoleKind::PreviousPath:
    return "previous";
  case HoleKind::Text:
    break;
  }
  llvm_unreachable("text is no hole");
}

std::string argText(const Arg& arg) {
  std::string text;
  for (const Piece& piece : arg) {
    if (piece.kind != HoleKind::Text) {
      text += "${" + holeText(piece, {}) + "}";
      continue;
    }
    for (char c : piece.text)
      text.append(c == '$' ? 2 : 1, c);
  }
  return text;
}

static llvm::StringRef nameInHole(const Piece& piece, const ActionSpec& spec) {
  bool isInput = piece.kind == HoleKind::InputPath || piece.kind == HoleKind::InputText;
  if (isInput && piece.index < spec.inputs.size())
    return spec.inputs[piece.index].baseName;
  return {};
}

std::string renderArg(const Arg& arg, const ActionSpec& spec) {
  std::string text;
  for (const Piece& piece : arg) {
    if (piece.kind == HoleKind::Text)
      text += piece.text;
    else if (piece.kind == HoleKind::OutputPath && piece.index < spec.outputs.size())
      text += "${out:" + spec.outputs[piece.index].fileName + "}";
    else if (piece.kind == HoleKind::OutputPath)
      text += "${out}";
    else
      text += "${" + holeText(piece, nameInHole(piece, spec)) + "}";
  }
  return text;
}

static bool isPlain(llvm::StringRef text) {
  static constexpr llvm::StringLiteral Plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%^";
  return text.find_first_not_of(Plain) == llvm::StringRef::npos;
}

/// What is known before the command runs: the paths of its root. Other holes are shown as they are
/// written in the language, or as the shell would say it.
static std::string shownPiece(const Piece& piece, const ActionSpec& spec) {
  switch (piece.kind) {
  case HoleKind::Text:
    return piece.text;
  case HoleKind::InputPath:
    return inputPath(spec, piece.index);
  case HoleKind::InputText:
    return "$(cat " + inputPath(spec, piece.index) + ")";
  case HoleKind::OutputPath:
    return outputPath(spec, piece.index);
  case HoleKind::ReportPath:
    return "/report";
  case HoleKind::PreviousPath:
    return "/i/" + previousInput(spec);
  case HoleKind::DeploymentUrl:
    return spec.deployments.size() == 1 ? "${url}" : "${" + holeText(piece, {}) + "}";
  case HoleKind::Identity:
  case HoleKind::Release:
    return "${" + holeText(piece, {}) + "}";
  }
  llvm_unreachable("a piece of no kind");
}

static std::string shownArg(const Arg& arg, const ActionSpec& spec) {
  std::string text;
  for (const Piece& piece : arg)
    text += shownPiece(piece, spec);
  return text;
}

/// In single quotes if the shell would take the word apart. Holes that stay holes do not count,
/// they are one word.
static std::string quoted(const Arg& arg, const ActionSpec& spec) {
  bool plain = !arg.empty();
  for (const Piece& piece : arg) {
    std::string shown = shownPiece(piece, spec);
    plain &= llvm::StringRef(shown).starts_with("$") ? isPlain(piece.text) : isPlain(shown);
  }
  std::string text = shownArg(arg, spec);
  if (plain)
    return text;
  std::string result = "'";
  for (char c : text)
    c == '\'' ? result += "'\\''" : result += c;
  return result + "'";
}

/// Puts the values back where `"${__1}"` or `${__1}` refers to them.
static std::string renderScript(const Script& script, const ActionSpec& spec) {
  std::string text;
  llvm::StringRef rest = script.body;
  while (!rest.empty()) {
    size_t at = rest.find("${__");
    text += rest.take_front(at);
    if (at == llvm::StringRef::npos)
      break;
    rest = rest.drop_front(at);
    llvm::StringRef digits = rest.drop_front(4).take_while(llvm::isDigit);
    size_t number = 0;
    if (digits.getAsInteger(10, number) || number == 0 || number > script.values.size() ||
        !rest.drop_front(4 + digits.size()).starts_with("}")) {
      text += rest.take_front(4);
      rest = rest.drop_front(4);
      continue;
    }
    rest = rest.drop_front(5 + digits.size());
    bool isWord = llvm::StringRef(text).ends_with("\"") && rest.starts_with("\"");
    if (isWord) {
      text.pop_back();
      rest = rest.drop_front();
    }
    const Arg& value = script.values[number - 1];
    text += isWord ? quoted(value, spec) : shownArg(value, spec);
  }
  return text;
}

std::string render(const Command& command, const ActionSpec& spec) {
  if (const auto* script = std::get_if<Script>(&command.what))
    return renderScript(*script, spec);
  std::string text;
  for (const Arg& argument : std::get<ArgumentVector>(command.what).arguments) {
    if (!text.empty())
      text += ' ';
    text += quoted(argument, spec);
  }
  return text;
}

} // namespace pipec::plan
