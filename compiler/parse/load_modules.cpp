// Loading modules: following imports, each file once, imports before their users.
#include "compiler/base/error.h"
#include "compiler/base/place_inside.h"
#include "compiler/base/text.h"
#include "compiler/parse/packages.h"
#include "compiler/parse/parse.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <map>

namespace pipec::parse {

using ast::LoadedModule;
using ast::ModuleId;
using ast::ModuleOrigin;
using diagnostics::Code;
using diagnostics::DiagnosticBuilder;
using diagnostics::DiagnosticEmitter;

/// A program is written by people; what is larger is something else.
constexpr uint64_t MaxFileBytes = 64ULL << 20;

namespace {

/// Where a module is, whether it exists or not.
struct ModulePlace {
  ModuleOrigin origin = ModuleOrigin::Workspace;
  std::string path; ///< as in LoadedModule::path
  auto operator<=>(const ModulePlace&) const = default;
};

/// The text of a module, or why there is none, as the rest of a sentence.
struct ModuleText {
  std::optional<std::string> text;
  std::string problem;   ///< `does not exist`
  bool isMistake = true; ///< of who named it; else of the machine
  bool isMissing = false;
  bool isOutside = false; ///< behind a link that leaves the workspace
};

/// `ci/../x.pipe` → `x.pipe`; nullopt if it is absolute or leaves the workspace.
std::optional<std::string> normalized(llvm::StringRef directory, llvm::StringRef file) {
  if (llvm::sys::path::is_absolute(file))
    return std::nullopt;
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, file);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  if (path.empty() || path == "." || path == ".." || path.starts_with("../"))
    return std::nullopt;
  return path.str().str();
}

class ModuleLoader {
public:
  ModuleLoader(const ModuleSources& from, diagnostics::SourceManager& sources,
               diagnostics::DiagnosticConsumer& consumer)
      : from(from), sources(sources), consumer(consumer), emitter(consumer),
        packages(from, emitter) {}

  llvm::Expected<ast::ModuleGraph> load(llvm::ArrayRef<std::string> roots) {
    for (const std::string& root : roots) {
      std::optional<std::string> path = normalized("", root);
      if (!path)
        return base::usageError("`" + root + "` is not in the workspace");
      ModulePlace place = placeOf(*path);
      auto known = finished.find(place);
      if (known == finished.end()) {
        // A root has no `use` at which to report; then it is the module that is empty.
        const lock::PinnedPackage* package = packages.of(*path);
        ModuleText text =
            !package || packages.check(*package, {}) ? read(place) : ModuleText{std::string(), {}};
        if (text.isOutside) {
          emitter.emit(Code::E0705, {}, "`" + base::printable(*path) + "` " + text.problem)
              .help("a module is a file of the workspace itself: copy it there");
          text.text = "";
        }
        if (!text.text) {
          std::string message = "`" + root + "` " + text.problem;
          return text.isMistake ? base::usageError(message) : base::worldError(message);
        }
        begin(place, std::move(*text.text));
        loadPending();
        known = finished.find(place);
      }
      if (!llvm::is_contained(graph.roots, known->second))
        graph.roots.push_back(known->second);
    }
    return std::move(graph);
  }

private:
  const ModuleSources& from;
  diagnostics::SourceManager& sources;
  diagnostics::DiagnosticConsumer& consumer;
  DiagnosticEmitter emitter;
  Packages packages;
  ast::ModuleGraph graph;
  std::map<ModulePlace, ModuleId> finished;
  /// Modules whose imports are being loaded, each imported by the one before.
  std::vector<std::unique_ptr<LoadedModule>> open;
  std::map<ModulePlace, size_t> openAt; ///< their indices

  void begin(const ModulePlace& place, std::string text) {
    auto module = std::make_unique<LoadedModule>();
    module->origin = place.origin;
    module->path = place.path;
    diagnostics::SourceFileId file = sources.add(place.path, std::move(text));
    module->syntax = parseModule(sources, file, consumer);
    openAt[place] = open.size();
    open.push_back(std::move(module));
  }

  /// Imports may form a chain of any length, so this is a loop.
  void loadPending() {
    while (!open.empty()) {
      LoadedModule& module = *open.back();
      if (module.imports.size() < module.syntax.uses.size()) {
        follow(module, module.syntax.uses[module.imports.size()]);
        continue;
      }
      ModulePlace place{module.origin, module.path};
      finished[place] = graph.modules.push(std::move(open.back()));
      open.pop_back();
      openAt.erase(place);
    }
  }

  /// Adds the import if the module is known; else begins it, and is called again.
  void follow(LoadedModule& user, const ast::UseDecl& use) {
    std::optional<ModulePlace> place = resolve(user, use);
    if (!place) {
      user.imports.emplace_back();
      return;
    }
    auto known = finished.find(*place);
    if (known != finished.end()) {
      user.imports.push_back(known->second);
      return;
    }
    auto cycle = openAt.find(*place);
    if (cycle != openAt.end()) {
      reportCycle(use, llvm::ArrayRef(open).drop_front(cycle->second));
      user.imports.emplace_back();
      return;
    }
    ModuleText text = read(*place);
    if (!text.text) {
      reportMissing(user, use, *place, text);
      user.imports.emplace_back();
      return;
    }
    begin(*place, std::move(*text.text));
  }

  ModuleText read(const ModulePlace& place) {
    if (place.origin == ModuleOrigin::Library) {
      std::optional<llvm::StringRef> text = from.library(llvm::sys::path::stem(place.path));
      return text ? ModuleText{text->str(), {}} : ModuleText{std::nullopt, "does not exist"};
    }
    if (place.origin == ModuleOrigin::Package) {
      std::optional<llvm::StringRef> text = packages.text(place.path);
      if (!text)
        return {std::nullopt, "does not exist", true, true};
      if (text->size() <= MaxFileBytes)
        return {text->str(), {}};
    }
    auto unreadable = [](llvm::Error error) {
      return ModuleText{std::nullopt, "cannot be read: " + base::describe(std::move(error)).second,
                        false};
    };
    llvm::Expected<base::PlaceInside> found =
        base::findInside(*from.files, from.workspace, place.path);
    if (!found)
      return unreadable(found.takeError());
    if (*found == base::PlaceInside::Outside)
      return {std::nullopt, "is a link that leaves the workspace", true, false, true};
    llvm::SmallString<128> path(from.workspace);
    llvm::sys::path::append(path, place.path);
    llvm::Expected<std::optional<base::FileStatus>> status = from.files->status(path);
    if (!status)
      return unreadable(status.takeError());
    if (!*status)
      return {std::nullopt, "does not exist", true, true};
    if ((*status)->kind == base::FileKind::Directory)
      return {std::nullopt, "is a directory, not a module"};
    if ((*status)->kind != base::FileKind::Regular)
      return {std::nullopt, "is not a file"};
    if ((*status)->size > MaxFileBytes)
      return {std::nullopt, "is larger than 64 MiB, which no module is"};
    llvm::Expected<std::string> text = from.files->read(path);
    if (!text)
      return unreadable(text.takeError());
    return {std::move(*text), {}};
  }

  // ---- from `use` to a place --------------------------------------------------

  std::optional<ModulePlace> resolve(const LoadedModule& user, const ast::UseDecl& use) {
    return use.dotted.empty() ? resolveFile(user, use) : resolveDotted(use);
  }

  /// Of a file of the workspace.
  ModulePlace placeOf(const std::string& path) const {
    return {packages.of(path) ? ModuleOrigin::Package : ModuleOrigin::Workspace, path};
  }

  std::optional<ModulePlace> resolveDotted(const ast::UseDecl& use) {
    if (use.dotted.front().text != "std") {
      std::optional<std::string> path = packages.find(use);
      return path ? std::optional(ModulePlace{ModuleOrigin::Package, *path}) : std::nullopt;
    }
    if (use.dotted.size() == 2 && from.library(use.dotted.back().text))
      return ModulePlace{ModuleOrigin::Library, "std/" + use.dotted.back().text + ".pipe"};
    std::string name = llvm::join(
        llvm::map_range(use.dotted, [](const ast::Name& part) { return part.text; }), ".");
    std::vector<llvm::StringRef> names(from.libraryNames.begin(), from.libraryNames.end());
    DiagnosticBuilder builder =
        emitter.emit(Code::E0207, use.pathRange, "there is no module `" + name + "`");
    if (!names.empty())
      builder.note("std has: " + llvm::join(names, " "));
    llvm::StringRef last = use.dotted.back().text;
    llvm::StringRef meant = diagnostics::closestName(last, names);
    // `nodejs` for `node` is more than two edits, but clear.
    for (llvm::StringRef candidate : names)
      if (meant.empty() && candidate.size() > 2 && last.starts_with(candidate))
        meant = candidate;
    if (use.dotted.size() == 2 && !meant.empty())
      builder.help("did you mean `std." + meant + "`?").suggest(use.dotted.back().range, meant);
    return std::nullopt;
  }

  std::optional<ModulePlace> resolveFile(const LoadedModule& user, const ast::UseDecl& use) {
    if (user.origin == ModuleOrigin::Library) {
      emitter.emit(Code::E0207, use.pathRange,
                   "a module of the library imports others as `std.NAME`, not by a path");
      return std::nullopt;
    }
    std::optional<std::string> path = normalized(user.directory(), use.file);
    if (!path) {
      emitter.emit(Code::E0207, use.pathRange, "`" + use.file + "` leaves the workspace")
          .help("a module imports files of its own repository, by a path relative to itself");
      return std::nullopt;
    }
    const lock::PinnedPackage* own = packages.of(user.path);
    const lock::PinnedPackage* package = packages.of(*path);
    if (own && own != package) {
      emitter
          .emit(Code::E0207, use.pathRange,
                "`" + use.file + "` leaves the package `" + own->name + "`")
          .help("a package imports its own files by a path, and others as `std.NAME` or "
                "`PACKAGE.NAME`");
      return std::nullopt;
    }
    if (package && !packages.check(*package, use.pathRange))
      return std::nullopt;
    return placeOf(*path);
  }

  // ---- what went wrong --------------------------------------------------------

  void reportCycle(const ast::UseDecl& use, llvm::ArrayRef<std::unique_ptr<LoadedModule>> cycle) {
    if (cycle.size() == 1) {
      emitter.emit(Code::E0203, use.range, "a module cannot import itself");
      return;
    }
    std::string path;
    for (const auto& module : cycle)
      path += module->path + " -> ";
    path += cycle.front()->path;
    emitter.emit(Code::E0203, use.range, "modules import each other")
        .note(path)
        .help("move what both need into a third module");
  }

  void reportMissing(const LoadedModule& user, const ast::UseDecl& use, const ModulePlace& place,
                     const ModuleText& text) {
    bool isMissing = text.isMissing;
    DiagnosticBuilder builder =
        emitter.emit(text.isOutside ? Code::E0705 : Code::E0207, use.pathRange,
                     isMissing ? "there is no module `" + place.path + "`"
                               : "`" + place.path + "` " + text.problem);
    std::string meant = isMissing ? similarFile(place.path) : std::string();
    if (meant.empty())
      return;
    llvm::StringRef directory = llvm::StringRef(use.file).rsplit('/').first;
    std::string fixed =
        llvm::StringRef(use.file).contains('/') ? directory.str() + "/" + meant : meant;
    builder.help("did you mean `" + fixed + "`?").suggest(use.pathRange, "\"" + fixed + "\"");
  }

  /// The name of a module in the same folder that `path` could mean; empty if there is none.
  std::string similarFile(llvm::StringRef path) {
    llvm::SmallString<128> folder(from.workspace);
    if (llvm::sys::path::has_parent_path(path))
      llvm::sys::path::append(folder, llvm::sys::path::parent_path(path));
    llvm::Expected<std::vector<base::DirectoryEntry>> entries = from.files->list(folder);
    if (!entries) {
      // The folder itself is missing, or closed to us: there is nothing to suggest.
      llvm::consumeError(entries.takeError());
      return {};
    }
    std::string name = llvm::sys::path::filename(path).str();
    std::vector<llvm::StringRef> candidates;
    for (const base::DirectoryEntry& entry : *entries) {
      if (entry.name == name + ".pipe")
        return entry.name;
      if (llvm::StringRef(entry.name).ends_with(".pipe"))
        candidates.push_back(entry.name);
    }
    return diagnostics::closestName(name, candidates).str();
  }
};

} // namespace

llvm::Expected<ast::ModuleGraph> loadModules(const ModuleSources& from,
                                             llvm::ArrayRef<std::string> roots,
                                             diagnostics::SourceManager& sources,
                                             diagnostics::DiagnosticConsumer& consumer) {
  return ModuleLoader(from, sources, consumer).load(roots);
}

} // namespace pipec::parse
