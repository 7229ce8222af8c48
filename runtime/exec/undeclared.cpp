// Finding paths in a failed step's output that exist outside its root.
#include "runtime/exec/undeclared.h"

#include "runtime/exec/declaration.h"
#include "runtime/exec/repository_place.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

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

DeclaredFiles::DeclaredFiles(const plan::Plan& plan, plan::NodeId step) {
  std::vector<plan::NodeId> todo = {step};
  while (!todo.empty()) {
    plan::NodeId id = todo.back();
    todo.pop_back();
    if (!reached.insert(id).second)
      continue;
    const plan::Node& node = plan.nodes[id];
    if (node.isTree() ? add(plan, node, id) : id != step)
      continue;
    for (plan::NodeId dependency : plan::dependencies(node))
      todo.push_back(dependency);
  }
}

/// False: what the tree is made of has to be asked.
bool DeclaredFiles::add(const plan::Plan& plan, const plan::Node& node, plan::NodeId id) {
  if (std::holds_alternative<plan::ComposedTree>(node.tree()))
    return false;
  const auto* selection = std::get_if<plan::TreeSelection>(&node.tree());
  auto place = repositoryPlace(plan, selection ? selection->of : plan::ArtifactRef{id, 0}, "");
  if (!place)
    return false;
  Folder folder{std::move(*place), {}};
  if (selection)
    for (const std::string& pattern : selection->patterns) {
      auto glob = base::PathGlob::compile(pattern);
      if (glob)
        folder.patterns.push_back(std::move(*glob));
      else
        llvm::consumeError(glob.takeError());
    }
  folders.push_back(std::move(folder));
  return true;
}

bool DeclaredFiles::has(llvm::StringRef path) const {
  return llvm::any_of(folders, [&](const Folder& folder) {
    llvm::StringRef rest = path;
    if (folder.path != "." &&
        !(rest.consume_front(folder.path) && (rest.empty() || rest.consume_front("/"))))
      return false;
    return rest.empty() || folder.patterns.empty() ||
           llvm::any_of(folder.patterns,
                        [&](const base::PathGlob& glob) { return glob.matches(rest); });
  });
}

/// Whether the line of `output` in which `word` stands says that something is not there.
static bool isMissed(llvm::StringRef output, llvm::StringRef word) {
  size_t at = static_cast<size_t>(word.data() - output.data());
  size_t begin = output.take_front(at).rfind('\n');
  llvm::StringRef line = output.drop_front(begin == llvm::StringRef::npos ? 0 : begin + 1);
  line = line.take_until([](char c) { return c == '\n'; });
  return llvm::any_of(std::initializer_list<llvm::StringRef>{"No such file", "no such file",
                                                             "not found", "ENOENT", "not exist",
                                                             "cannot find", "Cannot find",
                                                             "cannot open", "Cannot open"},
                      [&](llvm::StringRef text) { return line.contains(text); });
}

static std::string repair(const plan::Node& node, llvm::StringRef what) {
  return ": pass " + what.str() + " in and mention it in the command" +
         (node.action().work ? ", or put it into the folder that is its `work`" : "");
}

/// The output of another step by that name; of its maker the value that a caller can pass.
static std::optional<UndeclaredRead>
ofAnotherStep(const plan::Plan& plan, plan::NodeId id, llvm::StringRef word,
              const DeclaredFiles& declared, llvm::StringRef workspace, base::FileSystem& files) {
  constexpr size_t ShortestName = 4; // what is shorter is too often an ordinary word
  const plan::Node& node = plan.nodes[id];
  llvm::StringRef name = llvm::sys::path::filename(word);
  if (name.size() < ShortestName)
    return std::nullopt;
  for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
    plan::NodeId other = plan.nodes.idAt(i);
    const plan::Node& maker = plan.nodes[other];
    if (other == id || maker.isTree() || declared.reaches(other))
      continue;
    const std::vector<plan::Output>& outputs = maker.action().outputs;
    for (const plan::Output& made : outputs) {
      if (llvm::sys::path::filename(made.fileName) != name)
        continue;
      llvm::StringRef type = typeName(made.type);
      std::string value = llvm::StringRef(maker.label).rsplit('.').second.str();
      if (outputs.size() > 1)
        value += "." + made.name;
      return UndeclaredRead{
          "it looked for `" + word.str() + "`, which is an output of `" + maker.label +
              "`, on which `" + node.label + "` does not depend" + repair(node, "that output"),
          howToDeclareInput(node, {word.str(), value, type.str()}, workspace, files)};
    }
  }
  return std::nullopt;
}

std::optional<UndeclaredRead> explainUndeclaredRead(const plan::Plan& plan, plan::NodeId id,
                                                    llvm::StringRef output,
                                                    llvm::StringRef workspace,
                                                    base::FileSystem& files) {
  DeclaredFiles declared(plan, id);
  const plan::Node& node = plan.nodes[id];

  for (llvm::StringRef word : candidates(output)) {
    for (const std::string& place :
         repositoryPlaces(plan, node, word, workspace, isMissed(output, word))) {
      auto status = files.status((workspace + "/" + place).str());
      if (!status) {
        llvm::consumeError(status.takeError());
        continue;
      }
      // A folder's name is too often an ordinary word.
      if (!*status || (*status)->kind != base::FileKind::Regular || declared.has(place))
        continue;
      std::string expression = repositoryExpression(node, place);
      return UndeclaredRead{
          "it looked for `" + place + "`, which is in the repository but not an input of `" +
              node.definition + "`" + repair(node, "`" + expression + "`"),
          howToDeclareInput(node, {word.str(), expression, "File"}, workspace, files)};
    }
    if (auto found = ofAnotherStep(plan, id, word, declared, workspace, files))
      return found;
  }
  return std::nullopt;
}

} // namespace pipec::exec
