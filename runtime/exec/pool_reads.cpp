// From a depfile's paths to a ReadSet.
#include "runtime/exec/pool_reads.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/exec/depfile.h"
#include "runtime/exec/render.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <set>

namespace pipec::exec {

bool hasPools(const plan::ActionSpec& spec) {
  return llvm::any_of(spec.inputs, [](const plan::Input& input) { return input.pool; });
}

/// The places that every step has. What is below all but the first is its own.
static constexpr llvm::StringLiteral Places[] = {"/i", "/w", "/o", "/tmp", "/report"};

/// What belongs to a root that is not the step's own (docs/sandbox.md, "Files").
static constexpr llvm::StringLiteral SystemFolders[] = {
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/dev", "/proc"};

/// Whether `path` is `folder` or below it; `rest` is then what follows.
static bool isBelow(llvm::StringRef path, llvm::StringRef folder, llvm::StringRef* rest = nullptr) {
  if (!path.consume_front(folder) || !(path.empty() || path.consume_front("/")))
    return false;
  if (rest)
    *rest = path;
  return true;
}

template <size_t Count>
static bool isBelowAny(llvm::StringRef path, const llvm::StringLiteral (&folders)[Count]) {
  return llvm::any_of(folders, [&](llvm::StringRef folder) { return isBelow(path, folder); });
}

namespace {
class Reader {
public:
  Reader(sandbox::StepRoot& stepRoot, const sandbox::SpawnRunner& how, const sandbox::Spawn& where,
         const plan::ActionSpec& what)
      : root(stepRoot), runner(how), spawn(where), spec(what) {}

  llvm::Expected<DepfileReads> read(const std::string& copy);

private:
  llvm::Error findPlaces();
  llvm::Error resolve(std::vector<std::string> paths);
  std::string asSeen(llvm::StringRef path) const;
  void addExisting(const std::string& seen);
  void addMissing(const std::string& written);
  void refuse(llvm::StringRef code, const llvm::Twine& problem) {
    if (result.problem.empty())
      result.code = code.str(), result.problem = problem.str();
  }
  std::string depfile() const { return "the depfile `" + *spec.depfile + "`"; }

  sandbox::StepRoot& root;
  const sandbox::SpawnRunner& runner;
  const sandbox::Spawn& spawn;
  const plan::ActionSpec& spec;
  /// Where each place is for the commands, and what it is called.
  std::vector<std::pair<std::string, llvm::StringRef>> places;
  std::set<cache::PoolFile> reads;
  DepfileReads result;
};
} // namespace

/// Without isolation the places are folders of the host, and links may lead to them.
llvm::Error Reader::findPlaces() {
  std::vector<std::string> rendered;
  for (llvm::StringRef place : Places)
    rendered.push_back(runner.renderPath(spawn, place));
  auto real = root.resolve(rendered);
  if (!real)
    return real.takeError();
  for (size_t i = 0; i < rendered.size(); ++i) {
    places.emplace_back(rendered[i], Places[i]);
    if (!(*real)[i].empty())
      places.emplace_back((*real)[i], Places[i]);
  }
  return llvm::Error::success();
}

/// The path as a step with full isolation has it.
std::string Reader::asSeen(llvm::StringRef path) const {
  llvm::StringRef rest;
  for (const auto& [folder, name] : places)
    if (isBelow(path, folder, &rest))
      return rest.empty() ? name.str() : (name + "/" + rest).str();
  return path.str();
}

void Reader::addExisting(const std::string& seen) {
  for (auto [index, input] : llvm::enumerate(spec.inputs)) {
    std::string place = inputPath(spec, index);
    llvm::StringRef rest;
    if (!input.pool)
      continue;
    if (isBelow(seen, place, &rest))
      reads.insert({static_cast<uint32_t>(index), rest.str()});
    else if (isBelow(place, seen))
      reads.insert({static_cast<uint32_t>(index), ""});
  }
  // With full isolation there is nothing but places and the root.
  if (runner.isolation() != sandbox::Isolation::Full && !isBelowAny(seen, Places) &&
      !isBelowAny(seen, SystemFolders))
    refuse("R1003", depfile() + " names `" + seen +
                        "`, which is neither an input of the step nor part of its root");
}

void Reader::addMissing(const std::string& written) {
  llvm::SmallString<256> normal(asSeen(written));
  llvm::sys::path::remove_dots(normal, /*remove_dot_dot=*/true);
  if (isBelow(normal, "/i"))
    refuse("R1003", depfile() + " names `" + normal +
                        "`, and no input of the step has that file; a space in a name has to be "
                        "written as `\\ `");
  // The step's own files may be gone again: temporary ones, and processes.
  else if (!isBelowAny(normal, Places) && !isBelow(normal, "/proc") && !isBelow(normal, "/dev"))
    refuse("R1003", depfile() + " names `" + normal +
                        "`, which is neither an input of the step nor part of its root");
}

llvm::Error Reader::resolve(std::vector<std::string> paths) {
  std::string work = runner.renderPath(spawn, "/w");
  for (std::string& path : paths)
    if (!llvm::StringRef(path).starts_with("/"))
      path = work + "/" + path;
  auto real = root.resolve(paths);
  if (!real)
    return real.takeError();
  for (size_t i = 0; i < paths.size(); ++i)
    (*real)[i].empty() ? addMissing(paths[i]) : addExisting(asSeen((*real)[i]));
  return llvm::Error::success();
}

llvm::Expected<DepfileReads> Reader::read(const std::string& copy) {
  auto there = root.copyOut(runner.renderPath(spawn, "/w/" + *spec.depfile), copy);
  if (!there)
    return there.takeError();
  if (!*there) {
    refuse("R1014", "the commands succeeded but did not write " + depfile());
    return std::move(result);
  }
  auto text = base::makeRealFileSystem()->read(copy);
  if (!text)
    return text.takeError();
  auto paths = parseDepfile(*text);
  if (!paths) {
    refuse("R1014", depfile() + " cannot be read: " + base::describe(paths.takeError()).second);
    return std::move(result);
  }
  if (llvm::Error error = findPlaces())
    return error;
  if (llvm::Error error = resolve(std::move(*paths)))
    return error;
  result.reads.assign(reads.begin(), reads.end());
  return std::move(result);
}

llvm::Expected<DepfileReads> readDepfile(sandbox::StepRoot& root,
                                         const sandbox::SpawnRunner& runner,
                                         const sandbox::Spawn& spawn, const plan::ActionSpec& spec,
                                         const std::string& copy) {
  return Reader(root, runner, spawn, spec).read(copy);
}

} // namespace pipec::exec
