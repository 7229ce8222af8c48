// From the name of a package to the text of a module.
#include "compiler/parse/packages.h"

#include "compiler/base/error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticBuilder;
using diagnostics::SourceRange;
using lock::PackageContent;
using lock::PinnedPackage;

static std::string joined(llvm::ArrayRef<ast::Name> parts, llvm::StringRef separator) {
  return llvm::join(llvm::map_range(parts, [](const ast::Name& part) { return part.text; }),
                    separator);
}

/// The modules of a package as `use` names them, without the package's name.
static std::vector<std::string> modulesOf(const PackageContent& content) {
  std::vector<std::string> modules;
  for (const auto& [path, text] : content.modules) {
    std::string name = llvm::StringRef(path).drop_back(llvm::StringRef(".pipe").size()).str();
    std::replace(name.begin(), name.end(), '/', '.');
    modules.push_back(std::move(name));
  }
  return modules;
}

const PackageContent* Packages::contentOf(const PinnedPackage& package, SourceRange place) {
  auto [known, isNew] = contents.try_emplace(package.name);
  if (!isNew)
    return known->second ? &*known->second : nullptr;
  auto read = lock::readPackage(*from.files, from.workspace, package.path);
  if (!read) {
    emitter
        .emit(Code::E0212, place,
              "package `" + package.name +
                  "` cannot be used: " + base::describe(read.takeError()).second)
        .help("restore its folder, `" + package.path +
              "`, or pin another one: `pipec pin --package " + package.name + "=DIR`");
    return nullptr;
  }
  if (read->digest != package.digest) {
    emitter.emit(Code::E0212, place, "package `" + package.name + "` is not what `pipe.lock` pins")
        .note("pinned:  " + package.digest)
        .note("content: " + read->digest)
        .help("see what has changed in `" + package.path +
              "`; restore it, or pin what is there now: `pipec pin --package " + package.name +
              "`");
    return nullptr;
  }
  known->second = std::move(*read);
  return &*known->second;
}

bool Packages::check(const PinnedPackage& package, SourceRange place) {
  return contentOf(package, place) != nullptr;
}

std::optional<llvm::StringRef> Packages::text(llvm::StringRef path) const {
  const PinnedPackage* package = of(path);
  auto content = contents.find(package->name);
  assert(content != contents.end() && content->second && "the package has been checked");
  auto module = content->second->modules.find(path.drop_front(package->path.size() + 1).str());
  if (module == content->second->modules.end())
    return std::nullopt;
  return llvm::StringRef(module->second);
}

std::optional<std::string> Packages::find(const ast::UseDecl& use) {
  std::string name = use.dotted.front().text;
  const PinnedPackage* package = from.lock ? from.lock->package(name) : nullptr;
  if (!package) {
    reportUnknown(use, name);
    return std::nullopt;
  }
  const PackageContent* content = contentOf(*package, use.pathRange);
  if (!content)
    return std::nullopt;
  std::string module = joined(llvm::ArrayRef(use.dotted).drop_front(), "/") + ".pipe";
  if (content->modules.count(module))
    return package->path + "/" + module;
  reportNoModule(use, *package, *content);
  return std::nullopt;
}

void Packages::reportUnknown(const ast::UseDecl& use, const std::string& name) {
  if (from.lockIsBroken)
    return; // which packages there are is not known, and that has been told
  std::string path = joined(use.dotted, ".");
  DiagnosticBuilder report =
      emitter.emit(Code::E0207, use.pathRange, "there is no module `" + path + "`");
  std::vector<llvm::StringRef> names = {"std"};
  if (from.lock)
    for (const PinnedPackage& package : from.lock->packages)
      names.push_back(package.name);
  if (names.size() > 1)
    report.note("`pipe.lock` has the packages: " +
                llvm::join(llvm::ArrayRef(names).drop_front(), " "));
  else
    report.note("dotted names begin with `std`, or with a package of `pipe.lock`, which has none");
  llvm::StringRef meant = diagnostics::closestName(name, names);
  if (!meant.empty()) {
    report.help("did you mean `" + meant + "`?").suggest(use.dotted.front().range, meant);
    return;
  }
  report.help("a file of this repository is imported by its path: `use \"./" +
              joined(use.dotted, "/") +
              ".pipe\"`; a package that has been copied into it is pinned first: `pipec pin "
              "--package " +
              name + "=DIR`");
}

void Packages::reportNoModule(const ast::UseDecl& use, const PinnedPackage& package,
                              const PackageContent& content) {
  llvm::ArrayRef<ast::Name> rest = llvm::ArrayRef(use.dotted).drop_front();
  std::vector<std::string> modules = modulesOf(content);
  std::vector<llvm::StringRef> names(modules.begin(), modules.end());
  std::string list = modules.empty() ? "no module" : llvm::join(modules, " ");
  DiagnosticBuilder report =
      rest.empty() ? emitter.emit(Code::E0207, use.pathRange,
                                  "`" + package.name + "` is a package: name a module of it")
                   : emitter.emit(Code::E0207, use.pathRange,
                                  "package `" + package.name + "` has no module `" +
                                      joined(rest, ".") + "`");
  report.note("it has: " + list + " (in `" + package.path + "`)");
  llvm::StringRef meant = rest.empty() && names.size() == 1
                              ? names.front()
                              : diagnostics::closestName(joined(rest, "."), names);
  if (!meant.empty())
    report.help("did you mean `" + package.name + "." + meant + "`?")
        .suggest(use.pathRange, package.name + "." + meant);
}

} // namespace pipec::parse
