// Setting aside and taking back.
#include "runtime/workspace/state_folder.h"

#include "compiler/base/error.h"
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"
#include "runtime/workspace/git_index.h"
#include "runtime/workspace/known_folders.h"
#include "runtime/workspace/standing.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/file.h>
#include <unistd.h>

namespace pipec::workspace {

static constexpr llvm::StringLiteral AsidePrefix = "set-aside-";

static std::string stateOf(const std::string& root) {
  return root + "/.pipec";
}

/// Makes `PREFIX-N` in the folder for the first N that is free, and returns its path.
static llvm::Expected<std::string> makeNumbered(const std::string& state, llvm::StringRef prefix) {
  for (unsigned number = 1;; ++number) {
    std::string place = state + "/" + prefix.str() + std::to_string(number);
    if (folder::makeFolder(place))
      return place;
    if (errno != EEXIST)
      return folder::failure("make the folder", place, errno);
  }
}

// ---- preparing -----------------------------------------------------------------

/// What comes with the names that are not believed: a `.pipec` that was not made here is emptied of
/// pipec's own files, so that nothing of it decides about new ones.
static llvm::Error setAside(const std::string& state, const Standing& standing,
                            llvm::function_ref<void(llvm::StringRef message)> warn) {
  std::set<std::string> names = standing.unbelieved;
  auto all = folder::list(state);
  if (!all)
    return all.takeError();
  if (standing.kind == Standing::Kind::Foreign)
    for (const base::DirectoryEntry& entry : *all)
      if (llvm::is_contained(
              {"id", "lock", "locks", "executions.lock", "out", "cache", "kept.json"},
              entry.name) ||
          llvm::StringRef(entry.name).starts_with("state.db") ||
          llvm::StringRef(entry.name).starts_with("history.db"))
        names.insert(entry.name);
  auto aside = makeNumbered(state, AsidePrefix);
  if (!aside)
    return aside.takeError();
  for (const std::string& name : names)
    if (!folder::rename(state + "/" + name, *aside + "/" + name) && errno != ENOENT)
      return folder::failure("set aside", state + "/" + name, errno);
  warn(describeUnbelieved(standing) + ", which is set aside in `.pipec" +
       llvm::StringRef(*aside).drop_front(state.size()).str() + "` and not believed; " +
       (standing.isTracked ? "to keep it out of git, type `git rm -r --cached .pipec`"
                           : "if it is yours, `pipec trust` takes it back"));
  return llvm::Error::success();
}

/// On a full disk the build can do without these, and the next one tries again.
static void writeOwnFiles(const std::string& root, const Standing& standing,
                          llvm::function_ref<void(llvm::StringRef message)> warn) {
  std::string state = stateOf(root);
  struct stat status;
  if (!folder::lookAt(state + "/.gitignore", status))
    llvm::consumeError(folder::write(state + "/.gitignore", "*\n"));
  bool isOwn = standing.kind == Standing::Kind::Own;
  if (isOwn && !standing.needsNote)
    return;
  std::string id = isOwn ? standing.id : newFolderId();
  if (!isOwn)
    if (llvm::Error error = folder::write(state + "/id", id + "\n"))
      return llvm::consumeError(std::move(error));
  if (llvm::Error error = noteKnownFolder(id, {root, standing.gitIndex}))
    warn("pipec cannot note that it has made `.pipec`, so what it keeps there now is not believed "
         "next time: " +
         base::describe(std::move(error)).second);
}

llvm::Error prepare(const std::string& root,
                    llvm::function_ref<void(llvm::StringRef message)> warn) {
  std::string state = stateOf(root);
  folder::Demand demand{"the state folder"};
  demand.make = true;
  bool ignored; // look() says more of it
  demand.othersMayWrite = &ignored;
  auto held = folder::hold(state, demand);
  if (!held)
    return held.takeError();
  folder::Descriptor open = folder::openFile(state, O_RDONLY | O_DIRECTORY);
  if (!*held || !open)
    return folder::failure("make the folder", state, errno);
  // Two first builds at once: the second one finds what the first has made.
  int locked;
  do
    locked = ::flock(open.get(), LOCK_EX);
  while (locked != 0 && errno == EINTR);
  Standing standing = look(root);
  if (standing.kind == Standing::Kind::Refused)
    return base::worldError(standing.problem);
  if (!standing.unbelieved.empty())
    if (llvm::Error error = setAside(state, standing, warn))
      return error;
  struct stat status;
  if (::fstat(open.get(), &status) == 0 && (status.st_mode & 07777) != 0700)
    ::fchmod(open.get(), 0700);
  writeOwnFiles(root, standing, warn);
  return llvm::Error::success();
}

// ---- the deploy state ----------------------------------------------------------

/// `set-aside-N`, the newest first.
static std::vector<std::string> foldersAside(const std::string& state) {
  std::vector<std::pair<unsigned, std::string>> found;
  auto names = folder::list(state);
  if (!names) {
    llvm::consumeError(names.takeError());
    return {};
  }
  for (const base::DirectoryEntry& entry : *names) {
    llvm::StringRef number = entry.name;
    unsigned value = 0;
    if (entry.kind == base::FileKind::Directory && number.consume_front(AsidePrefix) &&
        !number.getAsInteger(10, value))
      found.emplace_back(value, entry.name);
  }
  llvm::sort(found, std::greater<>());
  std::vector<std::string> folders;
  for (auto& [value, name] : found)
    folders.push_back(std::move(name));
  return folders;
}

llvm::Error checkDeployState(const std::string& root) {
  std::string state = stateOf(root);
  Standing standing = look(root);
  if (standing.kind == Standing::Kind::Refused)
    return base::worldError(standing.problem);
  struct stat status;
  std::string place;
  if (standing.unbelieved.count("state.db"))
    place = "state.db";
  else if (!folder::lookAt(state + "/state.db", status))
    for (const std::string& aside : foldersAside(state))
      if (place.empty() && folder::lookAt(state + "/" + aside + "/state.db", status))
        place = aside + "/state.db";
  if (place.empty())
    return llvm::Error::success();
  return base::worldError(
      "the deploy state `" + state + "/" + place + "` is one that " +
      (standing.isTracked ? "git tracks" : "your pipec has not made") +
      ", so it is not believed, and without it freezes, holds and what is "
      "deployed would be forgotten; if it is yours, type `pipec trust`; to begin "
      "with an empty one, remove the file");
}

// ---- adopting ------------------------------------------------------------------

namespace {

/// One taking back, from the newest set to the oldest.
class Adoption {
public:
  explicit Adoption(std::string folder) : state(std::move(folder)) {}

  llvm::Error takeBack(const std::string& aside);
  /// Sorted.
  std::vector<std::string> names() const { return {taken.begin(), taken.end()}; }

private:
  llvm::Error makeRoom(const std::string& name);

  std::string state;
  std::string replaced; ///< the folder of what was there; empty: nothing was
  std::set<std::string> taken;
};

} // namespace

/// Moves what is called `name` now out of the way; of a database, its log goes with it.
llvm::Error Adoption::makeRoom(const std::string& name) {
  bool isDatabase = llvm::StringRef(name).ends_with(".db");
  for (llvm::StringRef suffix : {"", "-wal", "-shm", "-journal"}) {
    if (!suffix.empty() && !isDatabase)
      break;
    struct stat status;
    std::string place = state + "/" + name + suffix.str();
    if (!folder::lookAt(place, status))
      continue;
    if (replaced.empty()) {
      auto made = makeNumbered(state, "replaced-");
      if (!made)
        return made.takeError();
      replaced = std::move(*made);
    }
    if (!folder::rename(place, replaced + "/" + name + suffix.str()))
      return folder::failure("move aside", place, errno);
  }
  return llvm::Error::success();
}

llvm::Error Adoption::takeBack(const std::string& aside) {
  std::string from = state + "/" + aside;
  auto names = folder::list(from);
  if (!names)
    return names.takeError();
  for (const base::DirectoryEntry& entry : *names) {
    bool isMade = entry.kind == base::FileKind::Regular || entry.kind == base::FileKind::Directory;
    // The number stays that of now; of two sets, the newer one counts; a link is nobody's state.
    if (entry.name == "id" || taken.count(entry.name) || !isMade)
      continue;
    if (llvm::Error error = makeRoom(entry.name))
      return error;
    if (!folder::rename(from + "/" + entry.name, state + "/" + entry.name))
      return folder::failure("take back", from + "/" + entry.name, errno);
    taken.insert(entry.name);
  }
  folder::unlinkFile(from + "/id");
  folder::removeFolder(from); // unless something has to stay
  return llvm::Error::success();
}

llvm::Expected<std::vector<std::string>> adopt(const std::string& root) {
  std::string state = stateOf(root);
  if (auto index = findGitIndex(root)) {
    auto tracked = trackedBelow(*index, ".pipec");
    if (!tracked)
      return tracked.takeError();
    tracked->erase("config.json"); // settings are believed, or not, for themselves
    tracked->erase(".gitignore");
    if (!tracked->empty())
      return base::worldError("git tracks `.pipec/" + *tracked->begin() +
                              "`, so whoever can push decides about it; type `git rm -r --cached "
                              ".pipec`, then `pipec trust` again");
  }
  Adoption adoption(state);
  for (const std::string& aside : foldersAside(state))
    if (llvm::Error error = adoption.takeBack(aside))
      return error;
  return adoption.names();
}

} // namespace pipec::workspace
