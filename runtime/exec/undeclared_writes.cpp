// Comparing `/o` with the declarations, and finding refused writes in a failed step's output.
#include "runtime/exec/undeclared_writes.h"

#include "compiler/base/text.h"
#include "runtime/exec/declaration.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::exec {

// ---- in the folder of the outputs ---------------------------------------------

namespace {

class Search {
public:
  Search(const plan::ActionSpec& action, std::string outputs, base::FileSystem& system)
      : spec(action), folder(std::move(outputs)), files(system) {}

  llvm::Error look(const std::string& prefix);
  std::vector<UndeclaredOutput> found;

private:
  bool isDeclared(llvm::StringRef path) const {
    return llvm::any_of(spec.outputs,
                        [&](const plan::Output& output) { return output.fileName == path; });
  }
  bool holdsDeclared(llvm::StringRef path) const {
    return llvm::any_of(spec.outputs, [&](const plan::Output& output) {
      llvm::StringRef rest = output.fileName;
      return rest.consume_front(path) && rest.starts_with("/");
    });
  }

  const plan::ActionSpec& spec;
  std::string folder;
  base::FileSystem& files;
};

} // namespace

llvm::Error Search::look(const std::string& prefix) {
  auto entries = files.list(prefix.empty() ? folder : folder + "/" + prefix);
  if (!entries)
    return entries.takeError();
  for (const base::DirectoryEntry& entry : *entries) {
    std::string path = prefix.empty() ? entry.name : prefix + "/" + entry.name;
    bool isFolder = entry.kind == base::FileKind::Directory;
    if (isDeclared(path))
      continue;
    if (!isFolder || !holdsDeclared(path))
      found.push_back({std::move(path), isFolder});
    else if (llvm::Error error = look(path))
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<UndeclaredOutput>> undeclaredOutputs(const std::string& folder,
                                                                const plan::ActionSpec& spec,
                                                                base::FileSystem& files) {
  Search search(spec, folder, files);
  if (llvm::Error error = search.look(""))
    return error;
  return std::move(search.found);
}

std::string undeclaredOutputsText(const plan::Node& node,
                                  const std::vector<UndeclaredOutput>& found) {
  constexpr size_t Shown = 3;
  std::string text = "`" + node.label + "` wrote ";
  for (size_t i = 0; i < found.size() && i < Shown; ++i)
    text += (i ? ", `/o/" : "`/o/") + base::printable(found[i].path) + "`";
  if (found.size() > Shown)
    text += " and " + std::to_string(found.size() - Shown) + " more";
  bool one = found.size() == 1;
  text += std::string(", which no output declares: ") + (one ? "it is" : "they are") + " lost. ";
  return text + howToDeclareOutput(node, found.front().path, found.front().isFolder);
}

// ---- refused -------------------------------------------------------------------

static bool isOfTheMachine(llvm::StringRef path) {
  for (llvm::StringRef place :
       {"/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/dev"}) {
    llvm::StringRef rest = path;
    if (rest.consume_front(place) && (rest.empty() || rest.starts_with("/")))
      return true;
  }
  return false;
}

static llvm::StringRef unquoted(llvm::StringRef word) {
  word = word.trim("'\"`:,;()[]<>.");
  word.consume_front("\xE2\x80\x98");
  word.consume_back("\xE2\x80\x99");
  return word;
}

/// The path that `before`, the part of a line in front of an error's text, is about: the last word
/// that is absolute, else the last one.
static llvm::StringRef pathBefore(llvm::StringRef before) {
  llvm::SmallVector<llvm::StringRef, 16> words;
  before.split(words, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef word : llvm::reverse(words))
    if (unquoted(word).starts_with("/"))
      return unquoted(word);
  return words.empty() ? llvm::StringRef() : unquoted(words.back());
}

/// The path of `line`, if that has one of the texts of an error; Python and Node name the path
/// behind the text.
static std::optional<llvm::StringRef> pathOf(llvm::StringRef line,
                                             llvm::ArrayRef<llvm::StringRef> errors) {
  for (llvm::StringRef error : errors) {
    size_t at = line.find(error);
    if (at == llvm::StringRef::npos)
      continue;
    llvm::StringRef after = line.drop_front(at + error.size());
    size_t quote = after.find('\'');
    if (quote != llvm::StringRef::npos)
      return unquoted(after.drop_front(quote + 1).take_until([](char c) { return c == '\''; }));
    return pathBefore(line.take_front(at));
  }
  return std::nullopt;
}

std::optional<std::string> explainRefusedWrite(llvm::StringRef output, llvm::StringRef workspace) {
  constexpr size_t MaxOutput = 64 * 1024;
  llvm::StringRef rest = output.take_back(MaxOutput);
  while (!rest.empty()) {
    auto [line, below] = rest.split('\n');
    rest = below;
    if (auto path = pathOf(line, {"Read-only file system", "read-only file system", "EROFS"});
        path && !path->empty())
      return "it tried to write `" + base::printable(*path) + "`, which is read-only for a step";
    if (auto path = pathOf(line, {"Permission denied", "permission denied", "EACCES"});
        path && isOfTheMachine(*path))
      return "it may not use `" + base::printable(*path) +
             "` like that: files of the machine are read-only for a step";
    if (auto path = pathOf(line, {"No such file or directory", "no such file or directory",
                                  "ENOENT", "nonexistent directory", "Directory nonexistent"}))
      if (llvm::StringRef inside = *path;
          !workspace.empty() && inside.consume_front(workspace) && inside.starts_with("/"))
        return "it wanted `" + base::printable(*path) +
               "`, and the workspace is not there for a step";
  }
  return std::nullopt;
}

} // namespace pipec::exec
