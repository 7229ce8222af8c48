// Paths of a step's root, followed back through the trees of the plan.
#include "runtime/exec/repository_place.h"

#include "runtime/exec/render.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

namespace pipec::exec {

std::optional<std::string>
repositoryPlace(const plan::Plan& plan, const plan::ArtifactRef& artifact, llvm::StringRef path) {
  const plan::Node& node = plan.nodes[artifact.node];
  if (!node.isTree())
    return std::nullopt;
  auto below = [](llvm::StringRef folder, llvm::StringRef rest) {
    return rest.empty()                      ? folder.str()
           : folder.empty() || folder == "." ? rest.str()
                                             : (folder + "/" + rest).str();
  };
  if (const auto* repository = std::get_if<plan::RepositoryPath>(&node.tree()))
    return below(repository->path, path);
  if (const auto* selection = std::get_if<plan::TreeSelection>(&node.tree()))
    return repositoryPlace(plan, selection->of, path);
  if (const auto* part = std::get_if<plan::TreePart>(&node.tree()))
    return repositoryPlace(plan, part->of, below(part->path, path));
  const auto* composed = std::get_if<plan::ComposedTree>(&node.tree());
  if (!composed)
    return std::nullopt;
  const plan::ComposedTree::Entry* nearest = nullptr;
  llvm::StringRef within;
  for (const plan::ComposedTree::Entry& entry : composed->entries) {
    llvm::StringRef rest = path;
    bool holds = entry.path == "." ||
                 (rest.consume_front(entry.path) && (rest.empty() || rest.consume_front("/")));
    if (holds && (!nearest || rest.size() < within.size())) {
      nearest = &entry;
      within = rest;
    }
  }
  return nearest ? repositoryPlace(plan, nearest->artifact, within) : std::nullopt;
}

/// Without `.` and `..`; nullopt if it is outside the workspace, all of it, or nothing that a step
/// can be given.
static std::optional<std::string> normal(llvm::StringRef path) {
  llvm::SmallString<256> plain(path);
  llvm::sys::path::remove_dots(plain, /*remove_dot_dot=*/true);
  llvm::StringRef text(plain);
  if (text.empty() || text == ".." || text.starts_with("../") || text.starts_with("/"))
    return std::nullopt;
  llvm::StringRef first = *llvm::sys::path::begin(text);
  if (first == ".git" || first == ".pipec")
    return std::nullopt;
  return text.str();
}

namespace {

class Places {
public:
  Places(const plan::Plan& what, const plan::Node& step) : plan(what), node(step) {}

  void addAbsolute(llvm::StringRef path, llvm::StringRef workspace);
  void addRelative(llvm::StringRef path);
  void addSiblings(llvm::StringRef path);
  std::vector<std::string> found;

private:
  void add(llvm::StringRef path) {
    auto place = normal(path);
    if (place && !llvm::is_contained(found, *place))
      found.push_back(std::move(*place));
  }
  void addOfInput(size_t index, llvm::StringRef rest);
  void addBeside(const plan::ArtifactRef& artifact, llvm::StringRef path) {
    if (auto place = repositoryPlace(plan, artifact, ""))
      add((llvm::sys::path::parent_path(*place) + "/" + path).str());
  }

  const plan::Plan& plan;
  const plan::Node& node;
};

} // namespace

/// `/i/3/main.c` is input 2, and `/i/3/main.h` would be what stands beside it.
void Places::addOfInput(size_t index, llvm::StringRef rest) {
  const plan::Input& input = node.action().inputs[index];
  llvm::StringRef below = rest;
  if (below.consume_front(input.baseName) && (below.empty() || below.consume_front("/"))) {
    if (auto place = repositoryPlace(plan, input.artifact, below))
      add(*place);
  } else {
    addBeside(input.artifact, rest);
  }
}

void Places::addAbsolute(llvm::StringRef path, llvm::StringRef workspace) {
  const plan::ActionSpec& spec = node.action();
  if (llvm::StringRef rest = path; rest.consume_front(workspace) && rest.consume_front("/"))
    return add(rest);
  if (llvm::StringRef rest = path; rest.consume_front("/w/")) {
    if (spec.work)
      if (auto place = repositoryPlace(plan, *spec.work, rest))
        add(*place);
    return addRelative(rest);
  }
  llvm::StringRef rest = path;
  size_t number = 0;
  if (rest.consume_front("/i/") && !rest.consumeInteger(10, number) && rest.consume_front("/") &&
      number > 0 && number <= spec.inputs.size())
    addOfInput(number - 1, rest);
}

void Places::addRelative(llvm::StringRef path) {
  add(path);
  llvm::StringRef module = llvm::sys::path::parent_path(node.location.file);
  if (!module.empty())
    add((module + "/" + path).str());
}

void Places::addSiblings(llvm::StringRef path) {
  constexpr size_t MaxInputs = 50;
  const std::vector<plan::Input>& inputs = node.action().inputs;
  for (size_t i = 0; i < inputs.size() && i < MaxInputs; ++i)
    if (inputs[i].type == plan::ArtifactType::File)
      addBeside(inputs[i].artifact, path);
}

std::vector<std::string> repositoryPlaces(const plan::Plan& plan, const plan::Node& step,
                                          llvm::StringRef path, llvm::StringRef workspace,
                                          bool besideInputs) {
  Places places(plan, step);
  if (path.starts_with("/")) {
    places.addAbsolute(path, workspace);
  } else {
    places.addRelative(path);
    if (besideInputs)
      places.addSiblings(path);
  }
  return std::move(places.found);
}

} // namespace pipec::exec
