// Looking at `.pipec`.
#include "runtime/workspace/standing.h"

#include "compiler/base/error.h"
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"
#include "runtime/workspace/git_index.h"
#include "runtime/workspace/known_folders.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace pipec::workspace {

namespace {

/// What pipec makes in `.pipec`.
enum class Part : uint8_t {
  Nothing,  ///< another file, which pipec does not touch
  State,    ///< a file that is believed
  Contents, ///< a folder whose content is believed
  File,     ///< one that says nothing
  Folder,
};

} // namespace

static Part partOf(llvm::StringRef name) {
  for (llvm::StringRef database : {"state.db", "history.db"}) {
    llvm::StringRef rest = name;
    if (rest.consume_front(database) && llvm::is_contained({"", "-wal", "-shm", "-journal"}, rest))
      return Part::State;
  }
  if (name == "kept.json" || name == "id")
    return Part::State;
  if (name == "out" || name == "cache")
    return Part::Contents;
  if (name == "lock" || name == "executions.lock" || name == ".gitignore")
    return Part::File;
  if (name == "locks")
    return Part::Folder;
  return Part::Nothing;
}

/// Whether it says something, or is not what pipec makes there.
static bool hasToBeBelieved(const std::string& path, Part part) {
  struct stat status;
  if (part == Part::Nothing || !folder::lookAt(path, status))
    return false;
  bool isFolder = part == Part::Contents || part == Part::Folder;
  if (isFolder ? !S_ISDIR(status.st_mode) : !S_ISREG(status.st_mode))
    return true;
  if (part == Part::State)
    return status.st_size > 0;
  if (part != Part::Contents)
    return false;
  auto names = folder::list(path);
  bool hasContent = !names || !names->empty();
  llvm::consumeError(names.takeError());
  return hasContent;
}

static std::string idIn(const std::string& state) {
  static constexpr uint64_t Longest = 64;
  auto text = folder::read(state + "/id", Longest);
  std::string id = text && *text ? llvm::StringRef(**text).trim().str() : "";
  llvm::consumeError(text.takeError());
  return isFolderId(id) ? id : "";
}

/// What git tracks of `.pipec`; all of it if nobody can tell.
static std::set<std::string> trackedParts(const GitIndex& index,
                                          llvm::ArrayRef<base::DirectoryEntry> names) {
  auto tracked = trackedBelow(index, ".pipec");
  if (tracked && !tracked->count(""))
    return *tracked;
  llvm::consumeError(tracked.takeError());
  std::set<std::string> all;
  for (const base::DirectoryEntry& entry : names)
    all.insert(entry.name);
  return all;
}

Standing look(const std::string& root) {
  Standing standing;
  std::string state = root + "/.pipec";
  folder::Demand demand{"the state folder"};
  demand.othersMayWrite = &standing.isWritable;
  auto held = folder::hold(state, demand);
  if (!held || !*held) {
    if (!held) {
      standing.kind = Standing::Kind::Refused;
      standing.problem = base::describe(held.takeError()).second;
    }
    return standing;
  }
  auto names = folder::list(state);
  if (!names) {
    standing.kind = Standing::Kind::Refused;
    standing.problem = base::describe(names.takeError()).second;
    return standing;
  }
  standing.id = idIn(state);
  auto known = findKnownFolder(standing.id);
  auto index = findGitIndex(root);
  standing.gitIndex = index ? index->stamp : "";
  standing.needsNote = known && (known->gitIndex != standing.gitIndex || known->root != root);
  std::set<std::string> tracked;
  if (index && (!known || standing.needsNote))
    tracked = trackedParts(*index, *names);
  standing.isTracked =
      llvm::any_of(tracked, [](const std::string& name) { return partOf(name) != Part::Nothing; });
  bool isOwn = known && !tracked.count("id");
  if (!isOwn)
    standing.id.clear();
  for (const base::DirectoryEntry& entry : *names) {
    bool isDoubtful = isOwn ? tracked.count(entry.name) != 0 : entry.name != "id";
    if (isDoubtful && hasToBeBelieved(state + "/" + entry.name, partOf(entry.name)))
      standing.unbelieved.insert(entry.name);
  }
  standing.kind = isOwn                         ? Standing::Kind::Own
                  : standing.unbelieved.empty() ? Standing::Kind::New
                                                : Standing::Kind::Foreign;
  if (isOwn && standing.isWritable) {
    standing.kind = Standing::Kind::Refused;
    standing.problem = "others may write to the state folder `" + state +
                       "`, so what is in it may be theirs; if you believe it all the same, type "
                       "`chmod -R go-w " +
                       state + "`, else remove it";
  }
  return standing;
}

std::string describeUnbelieved(const Standing& standing) {
  std::string text;
  for (const std::string& name : standing.unbelieved)
    if (!llvm::StringRef(name).contains("-")) // the side files of databases go with them
      text += (text.empty() ? "" : ", ") + name;
  if (text.empty())
    text = *standing.unbelieved.begin();
  return "`.pipec` has state that " +
         std::string(standing.isTracked ? "git tracks" : "your pipec has not made") + " (" + text +
         ")";
}

} // namespace pipec::workspace
