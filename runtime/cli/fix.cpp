// Rounds of fixes; each is checked before it counts.
#include "runtime/cli/fix.h"

#include "runtime/cli/fmt_files.h"
#include "runtime/workspace/replace_content.h"

#include "compiler/base/error.h"
#include "compiler/base/overlay_files.h"
#include "compiler/diagnostics/apply_edits.h"
#include "compiler/driver/compilation.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

#include <map>

namespace pipec::cli {

using diagnostics::Diagnostic;
using diagnostics::Edit;
using diagnostics::Fix;

namespace {

/// Fixes mend mistakes that hid others, so there are rounds; more than this is a quarrel between
/// two fixes.
constexpr unsigned MaxRounds = 100;

/// Text by path, relative to the workspace.
using Texts = std::map<std::string, std::string>;

/// What the compiler says about a state of the files.
struct Verdict {
  size_t total = 0;
  size_t syntax = 0;
  std::map<diagnostics::Code, size_t> counts; ///< of each code
  std::map<std::string, size_t> syntaxOf;     ///< by path
  Texts texts;                                ///< of the modules of the workspace
  /// One for each mistake that can be mended without asking; edits by path.
  std::vector<std::map<std::string, std::vector<Edit>>> fixes;
};

/// Whether mistakes further on are only told when this one has been mended.
bool isSyntax(diagnostics::Code code) {
  return code < diagnostics::Code::E0110;
}

class Fixer {
public:
  Fixer(const workspace::Workspace& workspace, llvm::ArrayRef<std::string> roots)
      : workspace(workspace), roots(roots) {}

  llvm::Expected<std::vector<FixedFile>> run() {
    auto first = look({});
    if (!first)
      return first.takeError();
    Verdict current = std::move(*first);
    const Texts original = current.texts;
    for (unsigned round = 0; round < MaxRounds && !current.fixes.empty(); ++round) {
      auto next = mend(current);
      if (!next)
        return next.takeError();
      if (!*next)
        break;
      current = std::move(**next);
    }
    std::vector<FixedFile> fixed;
    for (const auto& [path, text] : changed)
      if (text != original.at(path))
        fixed.push_back({path, original.at(path), text, counts[path]});
    return fixed;
  }

private:
  const workspace::Workspace& workspace;
  llvm::ArrayRef<std::string> roots;
  Texts changed;
  std::map<std::string, size_t> counts;

  using Choice = std::vector<size_t>; ///< indices of fixes of a verdict

  /// The state with `more` instead of what is on the disk.
  llvm::Expected<Verdict> look(const Texts& more) {
    base::OverlayFiles files;
    for (const auto& [path, text] : more)
      files.put(workspace.root + "/" + path, text);
    driver::Compilation compilation(files, workspace.root);
    if (llvm::Error error = compilation.load(roots))
      return error;
    Verdict verdict;
    std::map<diagnostics::SourceFileId, std::string> paths;
    for (const auto& module : compilation.graph().modules) {
      if (module->origin != ast::ModuleOrigin::Workspace || !isInside(module->path))
        continue;
      paths[module->syntax.file] = module->path;
      verdict.texts[module->path] = compilation.sources().file(module->syntax.file).text().str();
    }
    for (const Diagnostic& diagnostic : compilation.diagnostics().all())
      judge(verdict, diagnostic, paths, compilation.sources());
    return verdict;
  }

  static void judge(Verdict& verdict, const Diagnostic& diagnostic,
                    const std::map<diagnostics::SourceFileId, std::string>& paths,
                    const diagnostics::SourceManager& sources) {
    ++verdict.total;
    ++verdict.counts[diagnostic.code];
    if (isSyntax(diagnostic.code) && diagnostic.primary.range.valid()) {
      ++verdict.syntax;
      ++verdict.syntaxOf[sources.file(diagnostic.primary.range.file).path()];
    }
    const Fix* fix = diagnostic.automaticFix();
    bool mayEdit = fix && llvm::all_of(fix->edits, [&](const Edit& edit) {
                     return paths.count(edit.range.file) != 0;
                   });
    if (!mayEdit)
      return;
    auto& edits = verdict.fixes.emplace_back();
    for (const Edit& edit : fix->edits)
      edits[paths.at(edit.range.file)].push_back(edit);
  }

  /// A link may lead anywhere.
  bool isInside(const std::string& path) const {
    llvm::SmallString<256> real;
    std::string whole = workspace.root + "/" + path;
    return !llvm::sys::fs::real_path(whole, real) &&
           llvm::StringRef(real).starts_with(workspace.root + "/");
  }

  /// All fixes at once, else one after another. nullopt: none of them makes it better.
  llvm::Expected<std::optional<Verdict>> mend(const Verdict& current) {
    Choice all = withoutOverlaps(current);
    auto next = tryOut(current, all);
    if (!next || *next || all.size() == 1)
      return next;
    for (size_t index : all) {
      next = tryOut(current, {index});
      if (!next || *next)
        return next;
    }
    return std::nullopt;
  }

  static Choice withoutOverlaps(const Verdict& verdict) {
    Choice chosen;
    std::vector<Edit> taken;
    for (const auto& [index, fix] : llvm::enumerate(verdict.fixes)) {
      std::vector<Edit> edits;
      for (const auto& [path, more] : fix)
        llvm::append_range(edits, more);
      bool free = llvm::none_of(edits, [&](const Edit& edit) {
        return llvm::any_of(taken, [&](const Edit& other) { return overlaps(edit, other); });
      });
      if (!free)
        continue;
      llvm::append_range(taken, edits);
      chosen.push_back(index);
    }
    return chosen;
  }

  llvm::Expected<std::optional<Verdict>> tryOut(const Verdict& current, const Choice& chosen) {
    std::map<std::string, std::vector<Edit>> edits;
    for (size_t index : chosen)
      for (const auto& [path, more] : current.fixes[index])
        llvm::append_range(edits[path], more);
    Texts texts = changed;
    for (const auto& [path, made] : edits)
      texts[path] = diagnostics::applyEdits(current.texts.at(path), made);
    auto next = look(texts);
    if (!next)
      return next.takeError();
    if (!isBetter(current, *next))
      return std::nullopt;
    changed = std::move(texts);
    for (size_t index : chosen)
      for (const auto& [path, made] : current.fixes[index])
        ++counts[path];
    return std::optional(std::move(*next));
  }

  static bool isBetter(const Verdict& before, const Verdict& after) {
    for (const auto& [path, count] : after.syntaxOf) {
      auto known = before.syntaxOf.find(path);
      if (count > (known == before.syntaxOf.end() ? 0 : known->second))
        return false;
    }
    // In a list with several equal mistakes only the first is told: then it is the turn of the
    // next.
    return std::pair(after.syntax, after.total) < std::pair(before.syntax, before.total) ||
           after.counts == before.counts;
  }
};

} // namespace

llvm::Expected<std::vector<FixedFile>> fixFiles(const workspace::Workspace& workspace,
                                                llvm::ArrayRef<std::string> files) {
  return Fixer(workspace, files).run();
}

llvm::Error writeFixed(const workspace::Workspace& workspace, llvm::ArrayRef<FixedFile> files) {
  for (const FixedFile& file : files)
    if (llvm::Error error = workspace::replaceContent(workspace.root + "/" + file.path, file.after))
      return error;
  return llvm::Error::success();
}

} // namespace pipec::cli
