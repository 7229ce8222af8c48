// From a depfile's paths to a ReadSet.
#include "runtime/exec/pool_reads.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/size_text.h"
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

/// The places that steps have. What is below all but the first is the step's own.
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
  /// The path as a step with full isolation has it; nullopt: it is in none of the places.
  std::optional<std::string> inPlace(llvm::StringRef path) const;
  void addExisting(llvm::StringRef path);
  void addMissing(llvm::StringRef path);
  void refuseForeign(llvm::StringRef path);
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

std::optional<std::string> Reader::inPlace(llvm::StringRef path) const {
  llvm::StringRef rest;
  for (const auto& [folder, name] : places)
    if (isBelow(path, folder, &rest))
      return rest.empty() ? name.str() : (name + "/" + rest).str();
  return std::nullopt;
}

void Reader::refuseForeign(llvm::StringRef path) {
  refuse("R1003", depfile() + " names `" + path +
                      "`, which is neither an input of the step nor part of its root");
}

void Reader::addExisting(llvm::StringRef path) {
  std::optional<std::string> seen = inPlace(path);
  // With full isolation there is nothing but places and the root.
  if (!seen) {
    if (runner.isolation() != sandbox::Isolation::Full && !isBelowAny(path, SystemFolders))
      refuseForeign(path);
    return;
  }
  for (auto [index, input] : llvm::enumerate(spec.inputs)) {
    std::string place = plan::inputPath(spec, index);
    llvm::StringRef rest;
    if (!input.pool)
      continue;
    if (isBelow(*seen, place, &rest))
      reads.insert({static_cast<uint32_t>(index), rest.str()});
    else if (isBelow(place, *seen))
      reads.insert({static_cast<uint32_t>(index), ""});
  }
}

void Reader::addMissing(llvm::StringRef path) {
  llvm::SmallString<256> normal(path);
  llvm::sys::path::remove_dots(normal, /*remove_dot_dot=*/true);
  std::optional<std::string> seen = inPlace(normal);
  // The step's own files may be gone again: temporary ones, and processes.
  if (!seen && !isBelow(normal, "/proc") && !isBelow(normal, "/dev"))
    return refuseForeign(normal);
  if (seen && isBelow(*seen, "/i"))
    refuse("R1003", depfile() + " names `" + *seen +
                        "`, and no input of the step has that file; a space in a name has to be "
                        "written as `\\ `");
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
    (*real)[i].empty() ? addMissing(paths[i]) : addExisting((*real)[i]);
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
  static constexpr uint64_t LargestDepfile = 64 << 20;
  auto files = base::makeRealFileSystem();
  auto status = files->status(copy);
  if (!status)
    return status.takeError();
  if (*status && (*status)->size > LargestDepfile) {
    refuse("R1030", depfile() + " is too large: it has " + base::sizeText((*status)->size) +
                        ", and a list of files never has more than " +
                        base::sizeText(LargestDepfile));
    return std::move(result);
  }
  auto text = files->read(copy);
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
