// Comparing what a step asked for with what it declares.
#include "runtime/exec/trace_report.h"

#include "runtime/exec/action.h"
#include "runtime/exec/declaration.h"
#include "runtime/exec/render.h"
#include "runtime/exec/repository_place.h"
#include "runtime/exec/undeclared.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <map>
#include <set>

namespace pipec::exec {

using sandbox::TraceOutcome;
using sandbox::TraceVerb;

// ---- the record ----------------------------------------------------------------

static bool isBelow(llvm::StringRef path, llvm::StringRef folder) {
  return path.consume_front(folder) && (path.empty() || path.starts_with("/"));
}

llvm::Error readTrace(const std::string& record,
                      llvm::function_ref<std::string(llvm::StringRef)> place,
                      std::vector<TracedPath>& paths) {
  auto bytes = base::makeRealFileSystem()->read(record);
  if (!bytes)
    return bytes.takeError();
  constexpr llvm::StringLiteral Own[] = {"/i", "/w", "/o", "/report", "/tmp"};
  std::vector<std::pair<std::string, llvm::StringRef>> moved;
  for (llvm::StringRef name : Own)
    if (std::string real = place(name); real != name)
      moved.emplace_back(std::move(real), name);
  std::set<TracedPath> seen(paths.begin(), paths.end());
  for (llvm::StringRef rest = *bytes; !rest.empty();) {
    auto [entry, more] = rest.split('\0');
    rest = more;
    if (entry.size() < 3)
      continue;
    std::string path = entry.drop_front(2).str();
    for (const auto& [real, name] : moved)
      if (isBelow(path, real))
        path = name.str() + path.substr(real.size());
    seen.insert(
        {static_cast<TraceVerb>(entry[0]), static_cast<TraceOutcome>(entry[1]), std::move(path)});
  }
  paths.assign(seen.begin(), seen.end());
  return llvm::Error::success();
}

// ---- the report ----------------------------------------------------------------

namespace {

class Explanation {
public:
  Explanation(const plan::Plan& what, plan::NodeId node, llvm::StringRef root,
              base::FileSystem& system)
      : plan(what), step(what.nodes[node]), workspace(root), files(system), declared(what, node) {}

  void add(const TracedPath& traced);
  void addUnused();
  TraceReport finish();

private:
  void lookFor(const TracedPath& traced);
  bool wasOpened(llvm::StringRef place) const;

  const plan::Plan& plan;
  const plan::Node& step;
  llvm::StringRef workspace;
  base::FileSystem& files;
  DeclaredFiles declared;
  std::set<std::string> opened; ///< without `.` and `..`
  std::set<std::string> refused, programs, read;
  std::map<std::string, TraceReport::Undeclared> undeclared;
  TraceReport report;
};

} // namespace

static std::string plain(llvm::StringRef path) {
  llvm::SmallString<256> text(path);
  llvm::sys::path::remove_dots(text, /*remove_dot_dot=*/true);
  return text.str().str();
}

static bool isOfTheStep(llvm::StringRef path) {
  for (llvm::StringRef own :
       {"/i", "/w", "/o", "/report", "/tmp", "/proc", "/dev", "/sys", "/secrets"})
    if (isBelow(path, own))
      return true;
  return false;
}

/// A path that the step does not have, but the repository has.
void Explanation::lookFor(const TracedPath& traced) {
  for (const std::string& place :
       repositoryPlaces(plan, step, traced.path, workspace, /*besideInputs=*/false)) {
    auto status = files.status((workspace + "/" + place).str());
    if (!status) {
      llvm::consumeError(status.takeError());
      continue;
    }
    if (!*status || declared.has(place))
      continue;
    bool isFolder = (*status)->kind == base::FileKind::Directory;
    if (!isFolder && (*status)->kind != base::FileKind::Regular)
      continue;
    if (undeclared.count(place))
      return;
    llvm::StringRef named = traced.path;
    named.consume_front("/w/");
    undeclared[place] = {
        place, howToDeclareInput(step,
                                 {named.str(),
                                  repositoryExpression(step, place, isFolder ? "dir" : "file"),
                                  isFolder ? "Dir" : "File"},
                                 workspace, files)};
    return;
  }
}

void Explanation::add(const TracedPath& traced) {
  std::string path = plain(traced.path);
  if (traced.verb == TraceVerb::Write) {
    if (traced.outcome == TraceOutcome::ReadOnly)
      refused.insert(path);
    return;
  }
  if (traced.outcome != TraceOutcome::Present)
    return lookFor(traced);
  if (traced.verb != TraceVerb::Look)
    opened.insert(path);
  // Only without isolation there is such a thing.
  if (isBelow(path, workspace))
    return lookFor(traced);
  if (isOfTheStep(path))
    return;
  if (traced.verb == TraceVerb::Execute)
    programs.insert(path);
  else if (traced.verb == TraceVerb::Read)
    read.insert(path);
}

bool Explanation::wasOpened(llvm::StringRef place) const {
  auto found = opened.lower_bound(place.str());
  // What is below a folder may be behind its siblings: `a`, `a-b`, `a/b`.
  for (; found != opened.end() && llvm::StringRef(*found).starts_with(place); ++found)
    if (isBelow(*found, place))
      return true;
  return false;
}

static bool hasText(const plan::Arg& arg, uint32_t index) {
  return llvm::any_of(arg, [&](const plan::Piece& piece) {
    return piece.kind == plan::HoleKind::InputText && piece.index == index;
  });
}

/// Whether the content of the input is part of a command or variable: then pipec has read it.
static bool isText(const plan::ActionSpec& spec, uint32_t index) {
  auto has = [&](const plan::Arg& arg) { return hasText(arg, index); };
  for (const plan::EnvironmentVariable& variable : spec.environment)
    if (has(variable.value))
      return true;
  return llvm::any_of(spec.run, [&](const plan::Command& command) {
    if (const auto* script = std::get_if<plan::Script>(&command.what))
      return llvm::any_of(script->values, has);
    return llvm::any_of(std::get<plan::ArgumentVector>(command.what).arguments, has);
  });
}

void Explanation::addUnused() {
  const plan::ActionSpec& spec = step.action();
  for (uint32_t i = 0; i < spec.inputs.size(); ++i)
    if (!wasOpened(inputPath(spec, i)) && !isText(spec, i))
      report.unused.push_back(nameOf(plan, spec.inputs[i].artifact));
  if (!spec.work)
    return;
  const plan::Node& work = plan.nodes[spec.work->node];
  const auto* composed = work.isTree() ? std::get_if<plan::ComposedTree>(&work.tree()) : nullptr;
  if (!composed) {
    if (!wasOpened("/w"))
      report.unused.push_back(nameOf(plan, *spec.work));
    return;
  }
  for (const plan::ComposedTree::Entry& entry : composed->entries)
    if (!wasOpened(entry.path == "." ? "/w" : "/w/" + entry.path))
      report.unused.push_back(nameOf(plan, entry.artifact));
}

TraceReport Explanation::finish() {
  llvm::sort(report.unused);
  report.unused.erase(std::unique(report.unused.begin(), report.unused.end()), report.unused.end());
  for (auto& [path, found] : undeclared)
    report.undeclared.push_back(std::move(found));
  report.refused.assign(refused.begin(), refused.end());
  report.programs.assign(programs.begin(), programs.end());
  report.files.assign(read.begin(), read.end());
  return std::move(report);
}

TraceReport explainTrace(const plan::Plan& plan, plan::NodeId step,
                         const std::vector<TracedPath>& paths, llvm::StringRef workspace,
                         base::FileSystem& files) {
  Explanation explanation(plan, step, workspace, files);
  for (const TracedPath& traced : paths)
    explanation.add(traced);
  explanation.addUnused();
  return explanation.finish();
}

} // namespace pipec::exec
