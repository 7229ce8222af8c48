// Reading and printing parameters.
#include "compiler/lower/parameters.h"

#include "compiler/base/error.h"
#include "compiler/base/url_credentials.h"
#include "compiler/lower/builtins.h"
#include "compiler/lower/scalars.h"
#include "compiler/sema/literal_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

using sema::Type;
using sema::TypeId;
using sema::TypeKind;

using Arguments = std::vector<std::optional<Value>>;

static std::string withArticle(const std::string& noun) {
  bool vowel = llvm::StringRef("AEIOaeiou").contains(noun.front());
  return (vowel ? "an " : "a ") + noun;
}

template <class T> static Result numberOf(std::optional<int64_t> number) {
  return number ? Result(T{*number}) : std::nullopt;
}

/// nullopt: the text is no value of the type.
static Result readText(const Session& session, TypeId id, llvm::StringRef text) {
  const Type& type = session.program.types[id];
  if (text.contains('\0'))
    return std::nullopt; // no text of the language has one, and no command could be given it
  switch (type.kind) {
  case TypeKind::Bool:
    if (text == "true" || text == "false")
      return Value(text == "true");
    return std::nullopt;
  case TypeKind::Int:
    return numberOf<int64_t>(parseInt(text));
  case TypeKind::Duration:
    return numberOf<Duration>(parseDuration(text));
  case TypeKind::Size:
    return numberOf<Size>(parseSize(text));
  case TypeKind::String:
  case TypeKind::Arg:
    return makeString(text.str());
  case TypeKind::Secret:
    return text.empty() ? std::nullopt : Result(makeText(TextKind::Secret, text.str()));
  case TypeKind::Version:
    return sema::versionProblem(text).empty() ? Result(makeText(TextKind::Version, text.str()))
                                              : std::nullopt;
  case TypeKind::Url:
    return sema::urlProblem(text).empty() && base::urlCredential(text).empty()
               ? Result(makeText(TextKind::Url, text.str()))
               : std::nullopt;
  case TypeKind::Enum:
    for (auto [index, member] : llvm::enumerate(session.program.enumOf(type.symbol).members))
      if (member == text)
        return Value(Enumerator{type.symbol, static_cast<uint32_t>(index)});
    return std::nullopt;
  case TypeKind::Optional:
    return readText(session, type.element, text);
  default:
    return std::nullopt;
  }
}

static std::string optionName(llvm::StringRef parameter) {
  std::string name = "--" + parameter.str();
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

/// The members of an enum, or why a Version or Url is none: what helps beside the type's name.
static std::string whatIsWanted(const Session& session, TypeId id, llvm::StringRef text) {
  const Type& type = session.program.types[id];
  if (type.kind == TypeKind::Optional || type.kind == TypeKind::List)
    return whatIsWanted(session, type.element, text);
  if (type.kind == TypeKind::Enum)
    return "one of " + llvm::join(session.program.enumOf(type.symbol).members, ", ");
  if (type.kind == TypeKind::Version)
    return sema::versionProblem(text);
  if (type.kind == TypeKind::Url)
    return base::urlCredential(text).empty()
               ? sema::urlProblem(text)
               : base::urlCredential(text) + "; " + sema::CredentialHelp.str();
  if (type.kind == TypeKind::Duration)
    return "a Duration is written like 90s, 10min or 1h30min";
  if (type.kind == TypeKind::Size)
    return "a Size is written like 512MiB or 4GB";
  return "";
}

static llvm::Error unknownParameter(const sema::PipelineInfo& info, llvm::StringRef pipeline,
                                    llvm::StringRef name) {
  llvm::StringRef nearest;
  unsigned best = 3;
  for (const sema::ParamInfo& param : info.params) {
    unsigned distance = name.edit_distance(param.name, /*AllowReplacements=*/true, best);
    if (param.fromCommandLine && distance < best) {
      best = distance;
      nearest = param.name;
    }
  }
  std::string message = ("pipeline `" + pipeline + "` has no parameter `" + name + "`").str();
  if (!nearest.empty())
    message += "; did you mean `" + optionName(nearest) + "`?";
  return base::usageError(message);
}

namespace {
class ParameterReader {
public:
  ParameterReader(Session& session, sema::SymbolId pipeline)
      : session_(session), info_(session_.program.pipelineOf(pipeline)),
        decl_(std::get<ast::PipelineDecl>(session_.program.declOf(pipeline).node)),
        module_(session_.program.symbols[pipeline].module), values_(info_.params.size()),
        lists_(info_.params.size()) {}

  std::optional<size_t> find(llvm::StringRef name) const {
    for (auto [index, param] : llvm::enumerate(info_.params))
      if (param.fromCommandLine && param.name == name)
        return index;
    return std::nullopt;
  }

  bool read(size_t index, llvm::StringRef text);
  std::optional<Arguments> finish();

private:
  SourceRange range(size_t index) const { return decl_.params[index].range; }

  Session& session_;
  const sema::PipelineInfo& info_;
  const ast::PipelineDecl& decl_;
  ast::ModuleId module_;
  Arguments values_;
  std::vector<std::vector<Value>> lists_; ///< of a List: what was given so far
};
} // namespace

bool ParameterReader::read(size_t index, llvm::StringRef text) {
  const sema::ParamInfo& param = info_.params[index];
  bool isList = session_.program.types.is(param.type, TypeKind::List);
  TypeId type = isList ? session_.program.types[param.type].element : param.type;
  Result value = readText(session_, type, text);
  if (!value) {
    auto report = session_.reporter.report(
        Code::E0708, range(index),
        optionName(param.name) + " wants " + withArticle(session_.program.typeName(type, module_)) +
            ", got `" + base::withoutUrlCredentials(text) + "`");
    std::string wanted = whatIsWanted(session_, type, text);
    if (!wanted.empty())
      report.help(wanted);
    return false;
  }
  if (isList) {
    lists_[index].push_back(std::move(*value));
    return true;
  }
  if (values_[index]) {
    session_.reporter.report(Code::E0708, range(index),
                             optionName(param.name) + " is given twice; it is no list");
    return false;
  }
  values_[index] = std::move(*value);
  return true;
}

std::optional<Arguments> ParameterReader::finish() {
  for (auto [index, param] : llvm::enumerate(info_.params)) {
    if (!lists_[index].empty())
      values_[index] = makeList(std::move(lists_[index]));
    if (values_[index] || param.defaultValue.valid())
      continue;
    if (session_.program.types.is(param.type, TypeKind::Optional)) {
      values_[index] = Value(); // there is no other way to say `none`
      continue;
    }
    std::string type = session_.program.typeName(param.type, module_), name = decl_.name.text;
    if (param.fromCommandLine)
      session_.reporter.report(Code::E0708, range(index),
                               "pipeline `" + name + "` needs " + optionName(param.name) + " (" +
                                   type + ")");
    else
      session_.reporter
          .report(Code::E0708, range(index),
                  "pipeline `" + name + "` cannot be started by itself: `" + param.name +
                      "` has no default, and no command line can give its type, " + type)
          .help("give it a default, or start it from another: `pipeline NAME() = " + name + "(" +
                param.name + " = …)`");
    return std::nullopt;
  }
  return std::move(values_);
}

llvm::Expected<std::optional<Arguments>> readParameters(Session& session, sema::SymbolId pipeline,
                                                        const std::vector<plan::Parameter>& given) {
  ParameterReader reader(session, pipeline);
  for (const plan::Parameter& parameter : given) {
    std::string name = parameter.name;
    std::replace(name.begin(), name.end(), '-', '_');
    std::optional<size_t> index = reader.find(name);
    if (!index)
      return unknownParameter(session.program.pipelineOf(pipeline),
                              session.program.symbols[pipeline].name, parameter.name);
    if (!reader.read(*index, parameter.value))
      return std::optional<Arguments>();
  }
  return reader.finish();
}

std::vector<plan::Parameter> printParameters(const Session& session, sema::SymbolId pipeline,
                                             const Frame& frame) {
  std::vector<plan::Parameter> printed;
  auto print = [&](const std::string& name, const Value& value) {
    if (const auto* text = value.tryAs<Text>()) { // a secret has a name, but no text
      printed.push_back({name, *text->text});
      return;
    }
    ArgPieces pieces;
    appendText(session, value, pieces);
    printed.push_back({name, pieces.empty() ? "" : std::get<std::string>(pieces.front())});
  };
  for (auto [index, param] : llvm::enumerate(session.program.pipelineOf(pipeline).params)) {
    const Value& value = frame.slots[index];
    if (!param.fromCommandLine || value.isNone())
      continue;
    if (!value.is<List>())
      print(param.name, value);
    else
      for (const Value& item : value.items())
        print(param.name, item);
  }
  return printed;
}

} // namespace pipec::lower
