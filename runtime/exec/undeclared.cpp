// Finding paths in a failed step's output that exist outside its root.
#include "runtime/exec/undeclared.h"

#include "runtime/exec/declaration.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

#include <set>

namespace pipec::exec {

static constexpr size_t MaxOutput = 64 * 1024;
static constexpr size_t MaxCandidates = 2000;

/// Words of `output` that could be paths, in order, each once.
static std::vector<llvm::StringRef> candidates(llvm::StringRef output) {
  std::vector<llvm::StringRef> found;
  llvm::StringSet<> seen;
  llvm::StringRef rest = output.take_back(MaxOutput);
  static constexpr llvm::StringLiteral Separators = " \t\r\n\"'`:,;()[]{}<>=|";
  while (!rest.empty() && found.size() < MaxCandidates) {
    size_t begin = rest.find_first_not_of(Separators);
    if (begin == llvm::StringRef::npos)
      break;
    llvm::StringRef word = rest.drop_front(begin);
    word = word.take_front(word.find_first_of(Separators));
    rest = rest.drop_front(begin + word.size());
    while (word.ends_with("."))
      word = word.drop_back();
    // UTF-8 quotes, which GNU tools print in a UTF-8 locale.
    word.consume_front("\xE2\x80\x98");
    word.consume_back("\xE2\x80\x99");
    if (word.size() > 1 && seen.insert(word).second)
      found.push_back(word);
  }
  return found;
}

/// `path` relative to the workspace; nullopt if it cannot be there.
static std::optional<std::string> inWorkspace(llvm::StringRef path, llvm::StringRef workspace) {
  if (path.consume_front(workspace)) {
    if (!path.consume_front("/"))
      return std::nullopt;
  } else if (path.consume_front("/w/")) {
    // What a step looked for in its own working directory.
  } else if (path.starts_with("/")) {
    return std::nullopt;
  }
  llvm::SmallString<256> normal(path);
  llvm::sys::path::remove_dots(normal, /*remove_dot_dot=*/true);
  llvm::StringRef text(normal);
  if (text.empty() || text.starts_with("../") || text == "..")
    return std::nullopt;
  llvm::StringRef first = *llvm::sys::path::begin(text);
  if (first == ".git" || first == ".pipec")
    return std::nullopt;
  return text.str();
}

static void collectRepositoryPaths(const plan::Plan& plan, plan::NodeId id,
                                   std::set<std::string>& paths, std::set<plan::NodeId>& seen) {
  std::vector<plan::NodeId> todo = {id};
  while (!todo.empty()) {
    plan::NodeId node = todo.back();
    todo.pop_back();
    if (!seen.insert(node).second)
      continue;
    const plan::Node& what = plan.nodes[node];
    if (what.isTree()) {
      if (const auto* path = std::get_if<plan::RepositoryPath>(&what.tree()))
        paths.insert(path->path);
    } else if (node != id) {
      continue;
    }
    for (plan::NodeId dependency : plan::dependencies(what))
      todo.push_back(dependency);
  }
}

static bool declares(const std::set<std::string>& declared, llvm::StringRef path) {
  return llvm::any_of(declared, [&](llvm::StringRef have) {
    return have == "." || path == have ||
           (path.starts_with(have) && path.drop_front(have.size()).starts_with("/"));
  });
}

static std::string repair(const plan::Node& node, llvm::StringRef what) {
  return ": pass " + what.str() + " in and mention it in the command" +
         (node.action().work ? ", or put it into the folder that is its `work`" : "");
}

/// The output of another step by that name; of its maker the value that a caller can pass.
static std::optional<UndeclaredRead> ofAnotherStep(const plan::Plan& plan, plan::NodeId id,
                                                   llvm::StringRef word,
                                                   const std::set<plan::NodeId>& reached,
                                                   llvm::StringRef workspace,
                                                   base::FileSystem& files) {
  constexpr size_t ShortestName = 4; // what is shorter is too often an ordinary word
  const plan::Node& node = plan.nodes[id];
  llvm::StringRef name = llvm::sys::path::filename(word);
  if (name.size() < ShortestName)
    return std::nullopt;
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
    plan::NodeId other = plan.nodes.idAt(i);
    const plan::Node& maker = plan.nodes[other];
    if (other == id || maker.isTree() || reached.count(other))
      continue;
    const std::vector<plan::Output>& outputs = maker.action().outputs;
    for (const plan::Output& made : outputs) {
      if (llvm::sys::path::filename(made.fileName) != name)
        continue;
      std::string value = llvm::StringRef(maker.label).rsplit('.').second.str();
      if (outputs.size() > 1)
        value += "." + made.name;
      return UndeclaredRead{"it looked for `" + word.str() + "`, which is an output of `" +
                                maker.label + "`, on which `" + node.label + "` does not depend" +
                                repair(node, "that output"),
                            howToDeclareInput(node, {word.str(), value}, workspace, files)};
    }
  }
  return std::nullopt;
}

std::optional<UndeclaredRead> explainUndeclaredRead(const plan::Plan& plan, plan::NodeId id,
                                                    llvm::StringRef output,
                                                    llvm::StringRef workspace,
                                                    base::FileSystem& files) {
  std::set<std::string> declared;
  std::set<plan::NodeId> reached;
  collectRepositoryPaths(plan, id, declared, reached);
  const plan::Node& node = plan.nodes[id];
  llvm::StringRef module = llvm::sys::path::parent_path(node.location.file);

  for (llvm::StringRef word : candidates(output)) {
    std::optional<std::string> path = inWorkspace(word, workspace);
    std::vector<std::string> places;
    if (path) {
      places.push_back(*path);
      if (!module.empty() && !word.starts_with("/"))
        places.push_back((module + "/" + *path).str());
    }
    for (const std::string& place : places) {
      auto status = files.status((workspace + "/" + place).str());
      if (!status) {
        llvm::consumeError(status.takeError());
        continue;
      }
      // A folder's name is too often an ordinary word.
      if (!*status || (*status)->kind != base::FileKind::Regular || declares(declared, place))
        continue;
      std::string expression = repositoryExpression(node, place);
      return UndeclaredRead{"it looked for `" + place +
                                "`, which is in the repository but not an input of `" +
                                node.definition + "`" + repair(node, "`" + expression + "`"),
                            howToDeclareInput(node, {word.str(), expression}, workspace, files)};
    }
    if (auto found = ofAnotherStep(plan, id, word, reached, workspace, files))
      return found;
  }
  return std::nullopt;
}

} // namespace pipec::exec
