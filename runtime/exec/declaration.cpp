// The plan has the places of a step's call and of its commands; the text around them is read from
// the file, which nobody does before a step has failed.
#include "runtime/exec/declaration.h"

#include "compiler/base/identifier.h"
#include "compiler/base/text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <optional>

namespace pipec::exec {

llvm::StringRef typeName(plan::ArtifactType type) {
  switch (type) {
  case plan::ArtifactType::File:
    return "File";
  case plan::ArtifactType::Dir:
    return "Dir";
  case plan::ArtifactType::Image:
    return "Image";
  case plan::ArtifactType::TestReport:
    return "TestReport";
  }
  llvm_unreachable("an artifact of no type");
}

// ---- names ---------------------------------------------------------------------

static bool isNameCharacter(char c) {
  return llvm::isAlnum(c) || c == '_';
}

static bool hasWord(llvm::StringRef text, llvm::StringRef word) {
  for (size_t at = text.find(word); at != llvm::StringRef::npos; at = text.find(word, at + 1)) {
    size_t end = at + word.size();
    if ((at == 0 || !isNameCharacter(text[at - 1])) &&
        (end == text.size() || !isNameCharacter(text[end])))
      return true;
  }
  return false;
}

std::string parameterName(llvm::StringRef path, llvm::StringRef taken) {
  std::string name;
  for (char c : llvm::sys::path::stem(path))
    if (llvm::isAlnum(c))
      name += llvm::toLower(c);
    else if (!name.empty() && name.back() != '_')
      name += '_';
  name = llvm::StringRef(name).rtrim('_').str();
  if (name.empty() || llvm::isDigit(name.front()))
    name = "file_" + name;
  while (base::isKeyword(name) || hasWord(taken, name))
    name += "_file";
  return name;
}

std::string repositoryExpression(const plan::Node& step, llvm::StringRef path,
                                 llvm::StringRef function) {
  llvm::SmallVector<llvm::StringRef, 8> folder, parts;
  llvm::sys::path::parent_path(step.location.file).split(folder, '/', -1, /*KeepEmpty=*/false);
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  size_t shared = 0;
  while (shared < folder.size() && shared + 1 < parts.size() && folder[shared] == parts[shared])
    ++shared;
  std::string relative;
  for (size_t i = shared; i < folder.size(); ++i)
    relative += "../";
  relative += llvm::join(llvm::ArrayRef(parts).drop_front(shared), "/");
  return (function + "(\"" + relative + "\")").str();
}

// ---- the text of a file ---------------------------------------------------------

namespace {

/// Something in parentheses, and the line on which it begins.
struct Parentheses {
  size_t nameBegin = 0;
  size_t open = 0;
  size_t close = 0;
  unsigned line = 0; ///< of the name, from 1
};

} // namespace

static size_t skipText(llvm::StringRef text, size_t at);

/// Behind what `open` at `at` encloses; npos if it is not closed.
static size_t skipEnclosed(llvm::StringRef text, size_t at) {
  char open = text[at], close = open == '(' ? ')' : open == '[' ? ']' : '}';
  for (++at; at < text.size();) {
    char c = text[at];
    if (c == close)
      return at + 1;
    if (c == '(' || c == '[' || c == '{')
      at = skipEnclosed(text, at);
    else if (c == '"')
      at = skipText(text, at);
    else if (text.substr(at).starts_with("//"))
      at = text.find('\n', at);
    else
      ++at;
  }
  return llvm::StringRef::npos;
}

/// Behind the text literal at `at`.
static size_t skipText(llvm::StringRef text, size_t at) {
  llvm::StringRef quote = text.substr(at).starts_with("\"\"\"") ? "\"\"\"" : "\"";
  for (at += quote.size(); at < text.size();) {
    llvm::StringRef rest = text.substr(at);
    if (rest.starts_with(quote))
      return at + quote.size();
    if (rest.starts_with("${"))
      at = skipEnclosed(text, at + 1);
    else
      at += rest.front() == '\\' ? 2 : 1;
  }
  return llvm::StringRef::npos;
}

static unsigned lineAt(llvm::StringRef text, size_t at) {
  return static_cast<unsigned>(text.take_front(at).count('\n')) + 1;
}

static size_t beginOfLine(llvm::StringRef text, unsigned line) {
  size_t at = 0;
  for (; line > 1 && at != llvm::StringRef::npos; --line) {
    at = text.find('\n', at);
    at += at == llvm::StringRef::npos ? 0 : 1;
  }
  return at;
}

/// `name(…)` with its parenthesis, where it stands at `at` or, as a whole word, next behind it.
static std::optional<Parentheses> callBehind(llvm::StringRef text, size_t at,
                                             llvm::StringRef name) {
  for (at = text.find(name, at); at != llvm::StringRef::npos; at = text.find(name, at + 1)) {
    size_t open = at + name.size();
    if ((at > 0 && isNameCharacter(text[at - 1])) || open >= text.size() || text[open] != '(')
      continue;
    size_t end = skipEnclosed(text, open);
    if (end == llvm::StringRef::npos)
      return std::nullopt;
    return Parentheses{at, open, end - 1, lineAt(text, at)};
  }
  return std::nullopt;
}

/// The last `build NAME(` (or `source`, `test`, …) in front of `end`.
static std::optional<Parentheses> definitionBefore(llvm::StringRef text, size_t end,
                                                   llvm::StringRef name) {
  for (size_t at = text.take_front(end).rfind(name); at != llvm::StringRef::npos && at > 0;
       at = text.take_front(at).rfind(name)) {
    llvm::StringRef line = text.take_front(at);
    line = line.drop_front(line.rfind('\n') == llvm::StringRef::npos ? 0 : line.rfind('\n') + 1);
    for (llvm::StringRef keyword : {"build ", "test ", "source ", "deploy "})
      if (line.ends_with(keyword))
        return callBehind(text, at, name);
  }
  return std::nullopt;
}

/// The text with `addition` as the last thing in the parentheses, in one line.
static std::string withAdded(llvm::StringRef text, const Parentheses& place,
                             llvm::StringRef addition) {
  llvm::StringRef inside = text.slice(place.open + 1, place.close).rtrim();
  inside.consume_back(",");
  std::string whole = text.slice(place.nameBegin, place.open + 1).str() + inside.str();
  whole += (inside.trim().empty() ? addition : ", " + addition.str()).str() + ")";
  std::string line;
  for (char c : whole)
    if (!llvm::isSpace(c))
      line += c;
    else if (!line.empty() && line.back() != ' ' && line.back() != '(')
      line += ' ';
  return line;
}

static std::optional<std::string> readModule(llvm::StringRef file, llvm::StringRef workspace,
                                             base::FileSystem& files) {
  if (file.empty())
    return std::nullopt;
  auto text = files.read(file.starts_with("/") ? file.str() : (workspace + "/" + file).str());
  if (text)
    return std::move(*text);
  llvm::consumeError(text.takeError());
  return std::nullopt;
}

static bool says(const plan::Command& command, llvm::StringRef text) {
  if (const auto* script = std::get_if<plan::Script>(&command.what))
    return llvm::StringRef(script->body).contains(text);
  for (const plan::Arg& argument : std::get<plan::ArgumentVector>(command.what).arguments)
    for (const plan::Piece& piece : argument)
      if (llvm::StringRef(piece.text).contains(text))
        return true;
  return false;
}

std::vector<std::string> howToDeclareInput(const plan::Node& step, const MissingInput& missing,
                                           llvm::StringRef workspace, base::FileSystem& files) {
  const plan::ActionSpec& spec = step.action();
  if (spec.run.empty())
    return {};
  auto saying = llvm::find_if(
      spec.run, [&](const plan::Command& command) { return says(command, missing.named); });
  bool isSaid = saying != spec.run.end();
  const plan::Command& command = isSaid ? *saying : spec.run.front();
  llvm::StringRef name = llvm::StringRef(step.definition).rsplit('.').second;
  if (name.empty())
    name = step.definition;
  auto body = readModule(command.location.file, workspace, files);
  auto caller = readModule(step.location.file, workspace, files);
  if (!body || !caller)
    return {};
  auto definition = definitionBefore(*body, beginOfLine(*body, command.location.line + 1), name);
  auto call = callBehind(*caller, beginOfLine(*caller, step.location.line), name);
  if (!definition || !call)
    return {};
  std::string parameter = parameterName(
      missing.named, llvm::StringRef(*body).slice(definition->open, definition->close));
  auto at = [](llvm::StringRef file, unsigned line) {
    return base::printable(file) + ":" + std::to_string(line) + ": ";
  };
  return {at(command.location.file, definition->line) + "`" +
              withAdded(*body, *definition, parameter + ": " + missing.type) + "`",
          at(step.location.file, call->line) + "`" +
              withAdded(*caller, *call, parameter + " = " + missing.expression) + "`",
          at(command.location.file, command.location.line) + "`${" + parameter + "}` " +
              (isSaid ? "where it says `" + base::printable(missing.named) + "`"
                      : "somewhere in the command, for `" + base::printable(missing.named) + "`")};
}

std::string howToDeclareOutput(const plan::Node& step, llvm::StringRef path, bool isFolder) {
  const plan::ActionSpec& spec = step.action();
  if (spec.kind == plan::ActionKind::Test || spec.kind == plan::ActionKind::LiveTest)
    return "What a test leaves belongs to its `${report}`; scratch files belong to `/w` or `/tmp`";
  std::string outputs, taken;
  for (const plan::Output& output : spec.outputs) {
    outputs += output.name + ": " + typeName(output.type).str() + ", ";
    taken += output.name + " ";
  }
  std::string name = parameterName(path, taken);
  std::string place;
  if (!spec.run.empty() && !spec.run.front().location.file.empty())
    place = " (" + base::printable(spec.run.front().location.file) + ":" +
            std::to_string(spec.run.front().location.line) + ")";
  return "Declare it in `" + step.definition + "`" + place + ", `-> (" + outputs + name + ": " +
         (isFolder ? "Dir" : "File") + ")` and `out " + name + " = \"" + base::printable(path) +
         "\"`, or write scratch files to `/w` or `/tmp`";
}

} // namespace pipec::exec
