// glob, file and dir: names in the repository.
#include "compiler/lower/builtins.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace pipec::lower {

using Found = RepositoryNames::Found;

/// The folder to which paths in `call` are relative; nullopt for a module that has none.
static std::optional<std::string> folderOf(const BuiltinCall& call) {
  const ast::LoadedModule& module = call.session.graph[call.module];
  if (module.origin != ast::ModuleOrigin::Library)
    return module.directory();
  call.error(Code::E0705, "a module of the library has no files of its own")
      .help("take the file as a parameter");
  return std::nullopt;
}

static std::nullopt_t fail(const BuiltinCall& call, llvm::Error error) {
  call.session.reporter.fail(std::move(error));
  return std::nullopt;
}

/// `name` for a message: bytes that are not UTF-8 escaped.
static std::string escaped(llvm::StringRef name) {
  if (llvm::json::isUTF8(name))
    return name.str();
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::printEscapedString(name, out);
  return text;
}

std::vector<std::string> patternTexts(const Value& value) {
  if (value.is<Text>())
    return {value.text().str()};
  std::vector<std::string> texts;
  for (const Value& item : value.items())
    texts.push_back(item.text().str());
  return texts;
}

std::optional<std::vector<base::PathGlob>> compilePatterns(const BuiltinCall& call,
                                                           llvm::ArrayRef<std::string> texts) {
  std::vector<base::PathGlob> globs;
  for (llvm::StringRef text : texts) {
    llvm::Expected<base::PathGlob> glob = base::PathGlob::compile(text);
    if (glob) {
      globs.push_back(std::move(*glob));
      continue;
    }
    std::string reason = llvm::toString(glob.takeError());
    bool leaves = text.starts_with("/") || text == ".." || text.contains("../");
    call.error(leaves ? Code::E0705 : Code::E0706, "\"" + text + "\" is not a pattern: " + reason);
    return std::nullopt;
  }
  return globs;
}

void suggestText(diagnostics::DiagnosticBuilder& report, const BuiltinCall& call, size_t argument,
                 size_t item, llvm::StringRef text) {
  ast::ExprId expr = argument < call.written.size() ? call.written[argument].value : ast::ExprId();
  if (!expr.valid() || text.find_first_of("\"\\$") != llvm::StringRef::npos)
    return;
  const ast::Module& syntax = call.session.graph[call.module].syntax;
  if (const auto* list = std::get_if<ast::ListLiteral>(&syntax.exprs[expr].node)) {
    if (item >= list->elements.size())
      return;
    expr = list->elements[item];
  }
  const auto* literal = std::get_if<ast::StringLiteral>(&syntax.exprs[expr].node);
  bool plain = literal && literal->form == ast::StringForm::Line && literal->parts.size() == 1 &&
               !literal->parts.front().hole.valid();
  if (plain)
    report.suggest(literal->parts.front().range, text);
}

// ---- glob ---------------------------------------------------------------------------------------

/// A pattern like `text` whose leading folders exist, and how many files it matches.
static llvm::Expected<std::optional<std::pair<std::string, size_t>>>
similarPattern(Session& session, llvm::StringRef folder, llvm::StringRef text) {
  size_t meta = text.find_first_of("*?[{");
  size_t slash = text.take_front(meta).rfind('/');
  if (slash == llvm::StringRef::npos)
    return std::nullopt;
  std::optional<std::string> literal = RepositoryNames::resolve(folder, text.take_front(slash));
  if (!literal)
    return std::nullopt;
  llvm::Expected<std::string> similar = session.repository.similar(*literal);
  if (!similar)
    return similar.takeError();
  llvm::StringRef relative = *similar;
  if (relative.empty() || (!folder.empty() && !relative.consume_front((folder + "/").str())))
    return std::nullopt;
  std::string better = (relative + text.drop_front(slash)).str();
  llvm::Expected<base::PathGlob> glob = base::PathGlob::compile(better);
  if (!glob)
    return glob.takeError();
  auto matches = session.repository.glob(folder.empty() ? "." : folder, *glob, {});
  if (!matches)
    return matches.takeError();
  if (matches->empty())
    return std::nullopt;
  return std::make_pair(better, matches->size());
}

/// W0902. The message names the pattern, and one that would match.
static llvm::Error warnNoMatch(const BuiltinCall& call, llvm::StringRef folder,
                               llvm::ArrayRef<std::string> patterns) {
  std::string shown = "\"" + llvm::join(patterns, "\", \"") + "\"";
  std::string message = "glob(" + shown + ") matches nothing";
  for (auto [index, pattern] : llvm::enumerate(patterns)) {
    auto better = similarPattern(call.session, folder, pattern);
    if (!better)
      return better.takeError();
    if (!*better)
      continue;
    auto report = call.error(Code::W0902, message + "; `" + (*better)->first + "` matches " +
                                              llvm::Twine((*better)->second) +
                                              ((*better)->second == 1 ? " file" : " files"));
    suggestText(report, call, 0, index, (*better)->first);
    return llvm::Error::success();
  }
  call.error(Code::W0902, message);
  return llvm::Error::success();
}

/// Whether the match may be used; what is wrong with it is reported.
static bool checkMatch(const BuiltinCall& call, const RepositoryNames::Match& match) {
  if (match.outside) {
    call.error(Code::E0705, "`" + match.path + "` is a link that leaves the repository");
    return false;
  }
  if (!llvm::json::isUTF8(match.path)) {
    call.error(Code::E0706, "the name of the file `" + escaped(match.path) + "` is not UTF-8");
    return false;
  }
  return true;
}

Result globFiles(const BuiltinCall& call) {
  std::optional<std::string> folder = folderOf(call);
  if (!folder)
    return std::nullopt;
  std::vector<std::string> texts = patternTexts(call.argument(0));
  auto patterns = compilePatterns(call, texts);
  auto excluded = patterns && call.arguments.size() > 1 && call.arguments[1]
                      ? compilePatterns(call, patternTexts(call.argument(1)))
                      : std::optional(std::vector<base::PathGlob>());
  if (!patterns || !excluded)
    return std::nullopt;
  auto matches =
      call.session.repository.glob(folder->empty() ? "." : *folder, *patterns, *excluded);
  if (!matches)
    return fail(call, matches.takeError());
  if (matches->empty())
    if (llvm::Error error = warnNoMatch(call, *folder, texts))
      return fail(call, std::move(error));
  std::vector<Value> files;
  files.reserve(matches->size());
  for (const RepositoryNames::Match& match : *matches) {
    if (!call.session.limits.step(call.range) || !checkMatch(call, match))
      return std::nullopt;
    std::string path = folder->empty() ? match.path : *folder + "/" + match.path;
    Result file = makeRepositoryNode(call, std::move(path), plan::ArtifactType::File, "glob");
    if (!file)
      return std::nullopt;
    files.push_back(std::move(*file));
  }
  return makeList(std::move(files));
}

// ---- file and dir
// ---------------------------------------------------------------------------------

static std::nullopt_t reportMissing(const BuiltinCall& call, llvm::StringRef folder,
                                    llvm::StringRef written, llvm::StringRef path,
                                    llvm::StringRef what) {
  llvm::Expected<std::string> similar = call.session.repository.similar(path);
  if (!similar)
    return fail(call, similar.takeError());
  llvm::StringRef nearest = *similar;
  if (!folder.empty() && !nearest.consume_front((folder + "/").str()))
    nearest = "";
  std::string suggestion = nearest.empty() ? "" : ("; did you mean `" + nearest + "`?").str();
  auto report = call.error(Code::E0706, "there is no " + what + " `" + escaped(written) + "`" +
                                            llvm::StringRef(suggestion));
  if (!nearest.empty())
    suggestText(report, call, 0, 0, nearest);
  return std::nullopt;
}

Result repositoryPath(const BuiltinCall& call, plan::ArtifactType type) {
  std::optional<std::string> folder = folderOf(call);
  if (!folder)
    return std::nullopt;
  llvm::StringRef written = call.argument(0).text();
  std::optional<std::string> path = RepositoryNames::resolve(*folder, written);
  if (!path) {
    call.error(Code::E0705, "\"" + escaped(written) + "\" leaves the repository");
    return std::nullopt;
  }
  llvm::Expected<Found> found = call.session.repository.find(*path);
  if (!found)
    return fail(call, found.takeError());
  bool wantsFile = type == plan::ArtifactType::File;
  switch (*found) {
  case Found::Nothing:
    return reportMissing(call, *folder, written, *path, wantsFile ? "file" : "folder");
  case Found::Outside:
    call.error(Code::E0705, "\"" + escaped(written) + "\" is a link that leaves the repository");
    return std::nullopt;
  case Found::Cycle:
    call.error(Code::E0706, "the links at `" + escaped(written) + "` go round in a circle");
    return std::nullopt;
  case Found::Other:
    call.error(Code::E0706, "`" + escaped(written) + "` is neither a file nor a folder");
    return std::nullopt;
  case Found::File:
  case Found::Folder:
    break;
  }
  if (wantsFile != (*found == Found::File)) {
    std::string other = (wantsFile ? "dir(\"" : "file(\"") + written.str() + "\")";
    call.error(Code::E0706, "`" + escaped(written) + "` is a " + (wantsFile ? "folder" : "file"))
        .help("write `" + other + "`");
    return std::nullopt;
  }
  return makeRepositoryNode(call, std::move(*path), type, wantsFile ? "file" : "dir");
}

} // namespace pipec::lower
