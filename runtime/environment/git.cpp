// Finding a repository by hand, and git in a step or with everything switched off.
#include "runtime/environment/git.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/host/command.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <chrono>
#include <cstdlib>
#include <set>

namespace pipec::environment {

namespace path = llvm::sys::path;

// ---- finding -------------------------------------------------------------------

/// What git keeps in these files is a path or a few.
static constexpr uint64_t MaxPathFile = 64 * 1024;

/// The text of a small file; nullopt: it is none.
static std::optional<std::string> smallText(const std::string& file) {
  auto files = base::makeRealFileSystem();
  auto status = files->status(file);
  if (!status)
    llvm::consumeError(status.takeError());
  else if (*status && (*status)->kind == base::FileKind::Regular && (*status)->size <= MaxPathFile)
    if (auto text = files->read(file))
      return std::move(*text);
    else
      llvm::consumeError(text.takeError());
  return std::nullopt;
}

/// `written`, as it is meant from `folder`.
static std::string absoluteFrom(llvm::StringRef folder, llvm::StringRef written) {
  llvm::SmallString<256> whole(written);
  if (!path::is_absolute(written)) {
    whole = folder;
    path::append(whole, written);
  }
  path::remove_dots(whole, /*remove_dot_dot=*/true);
  return whole.str().str();
}

static bool isBelow(llvm::StringRef inner, llvm::StringRef outer) {
  return inner.consume_front(outer) && (inner.empty() || inner.starts_with("/"));
}

static void addFolder(std::vector<std::string>& folders, const std::string& folder) {
  bool isKnown =
      llvm::any_of(folders, [&](const std::string& known) { return isBelow(folder, known); });
  if (isKnown || !llvm::sys::fs::is_directory(folder))
    return;
  llvm::erase_if(folders, [&](const std::string& known) { return isBelow(known, folder); });
  folders.push_back(folder);
}

/// The object folders that `objects` borrows from, and those that they do.
static void addBorrowed(std::vector<std::string>& folders, const std::string& objects) {
  static constexpr size_t Most = 32; // git itself follows five, one behind the other
  std::vector<std::string> open = {objects};
  for (size_t next = 0; next < open.size() && open.size() < Most; ++next) {
    std::string from = open[next];
    std::optional<std::string> text = smallText(from + "/info/alternates");
    llvm::SmallVector<llvm::StringRef> lines;
    if (!text)
      continue;
    llvm::StringRef(*text).split(lines, '\n', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef line : lines)
      if (std::string other = absoluteFrom(from, line);
          !line.starts_with("#") && !llvm::is_contained(open, other)) {
        addFolder(folders, other);
        open.push_back(std::move(other));
      }
  }
}

std::optional<Repository> findRepository(llvm::StringRef folder) {
  std::string top = folder.str();
  while (!top.empty() && !llvm::sys::fs::exists(top + "/.git"))
    top = path::parent_path(top).str();
  if (top.empty())
    return std::nullopt;
  Repository found{top, {top}};
  std::string own = top + "/.git";
  if (std::optional<std::string> link = smallText(own)) {
    llvm::StringRef target = *link;
    if (!target.consume_front("gitdir:"))
      return std::nullopt;
    own = absoluteFrom(top, target.trim());
    addFolder(found.folders, own);
  } else {
    llvm::SmallString<256> real;
    if (!llvm::sys::fs::real_path(own, real))
      addFolder(found.folders, real.str().str());
  }
  std::string common = own;
  if (std::optional<std::string> shared = smallText(own + "/commondir")) {
    common = absoluteFrom(own, llvm::StringRef(*shared).trim());
    addFolder(found.folders, common);
  }
  addBorrowed(found.folders, common + "/objects");
  return found;
}

// ---- what git is told ----------------------------------------------------------

/// Settings that win over those of the repository.
static constexpr llvm::StringLiteral Settings[] = {
    "core.fsmonitor=false",    "core.hooksPath=/dev/null",     "core.attributesFile=/dev/null",
    "core.sshCommand=false",   "core.untrackedCache=false",    "protocol.allow=never",
    "submodule.recurse=false", "safe.bareRepository=explicit",
};

static std::vector<sandbox::Variable> fixedEnvironment(const Repository& place) {
  return {{"GIT_ALLOW_PROTOCOL", ""},
          {"GIT_ATTR_NOSYSTEM", "1"},
          {"GIT_CEILING_DIRECTORIES", path::parent_path(place.top).str()},
          {"GIT_CONFIG_NOSYSTEM", "1"},
          {"GIT_GRAFT_FILE", "/dev/null"},
          {"GIT_LITERAL_PATHSPECS", "1"},
          {"GIT_NO_LAZY_FETCH", "1"},
          {"GIT_NO_REPLACE_OBJECTS", "1"},
          // A question must not be in the way of what the user's own git does.
          {"GIT_OPTIONAL_LOCKS", "0"},
          {"GIT_TERMINAL_PROMPT", "0"}};
}

/// What pipec itself needs to run a program, and where the user's own configuration of git is.
static host::Environment userVariables() {
  host::Environment variables = host::systemEnvironment();
  for (const char* name : {"HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL"})
    if (const char* value = std::getenv(name))
      variables.push_back(std::string(name) + "=" + value);
  return variables;
}

// ---- asking --------------------------------------------------------------------

Git::Git(Repository repository, sandbox::SpawnRunner* spawns, llvm::StringRef scratch)
    : place(std::move(repository)), runner(spawns) {
  llvm::SmallString<256> made;
  if (runner && runner->isolation() == sandbox::Isolation::Full &&
      !llvm::sys::fs::createUniqueDirectory(scratch + "/pipec-git", made))
    folder = made.str().str();
  environment = fixedEnvironment(place);
}

Git::~Git() {
  step.reset();
  if (!folder.empty())
    llvm::consumeError(base::removeTree(folder));
}

void Git::silenceFilters() {
  auto names = ask({"config", "--null", "--name-only", "--get-regexp", "^filter\\."});
  llvm::SmallVector<llvm::StringRef> parts;
  if (!names)
    return;
  llvm::StringRef(*names).split(parts, '\0', -1, /*KeepEmpty=*/false);
  std::set<std::string> filters;
  for (llvm::StringRef name : parts)
    filters.insert(name.take_front(name.rfind('.')).str());
  size_t count = 0;
  // Not by `-c`: the name of a filter may have a `=` in it.
  for (const std::string& filter : filters)
    for (auto [variable, value] : {std::pair(".clean", ""), std::pair(".smudge", ""),
                                   std::pair(".process", ""), std::pair(".required", "false")}) {
      std::string number = std::to_string(count++);
      environment.push_back({"GIT_CONFIG_KEY_" + number, filter + variable});
      environment.push_back({"GIT_CONFIG_VALUE_" + number, value});
    }
  environment.push_back({"GIT_CONFIG_COUNT", std::to_string(count)});
}

std::optional<std::string> Git::ask(const std::vector<std::string>& words) {
  std::vector<std::string> command = {"git", "-C", place.top};
  for (llvm::StringRef setting : Settings)
    command.insert(command.end(), {"-c", setting.str()});
  // In a step, whom the repository belongs to does not matter; else git looks.
  if (!folder.empty())
    command.insert(command.end(), {"-c", "safe.directory=*"});
  command.insert(command.end(), words.begin(), words.end());
  return folder.empty() ? askHere(command) : askInStep(command);
}

std::optional<std::string> Git::askHere(const std::vector<std::string>& words) {
  host::Environment variables = userVariables();
  for (const sandbox::Variable& variable : environment)
    variables.push_back(variable.name + "=" + variable.value);
  auto result = host::runCommand(words, variables);
  if (!result) {
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }
  return result->exitCode == 0 ? std::optional(std::move(result->output)) : std::nullopt;
}

/// The files that the user's git ignores everywhere; empty: none, or nobody can tell.
static std::string ignoredByUser() {
  host::Environment variables = userVariables();
  variables.push_back("GIT_CONFIG_NOSYSTEM=1");
  auto said = host::runCommand(
      {"git", "-C", "/", "config", "--global", "--type=path", "--get", "core.excludesFile"},
      variables);
  if (!said) {
    llvm::consumeError(said.takeError());
    return "";
  }
  std::string file = llvm::StringRef(said->output).rtrim('\n').str();
  if (said->exitCode != 0) {
    const char* settings = std::getenv("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    if (settings && *settings)
      file = std::string(settings) + "/git/ignore";
    else if (home)
      file = std::string(home) + "/.config/git/ignore";
  }
  return path::is_absolute(file) && smallText(file) ? file : "";
}

bool Git::openStep() {
  if (step)
    return true;
  for (const std::string& shown : place.folders)
    spawn.hostPaths.push_back({shown, /*writable=*/false});
  spawn.outputDirectory = folder + "/o";
  spawn.scratchDirectory = folder + "/scratch";
  spawn.stdoutPath = folder + "/stdout";
  spawn.stderrPath = folder + "/stderr";
  spawn.timeout = std::chrono::minutes(2);
  if (std::string ignored = ignoredByUser(); !ignored.empty())
    spawn.inputs.push_back({"config/git/ignore", ignored, /*isDirectory=*/false});
  spawn.environment.push_back({"XDG_CONFIG_HOME", "/i/config"});
  for (const std::string& made : {spawn.outputDirectory, spawn.scratchDirectory})
    if (llvm::Error error = base::makeDirectories(made)) {
      llvm::consumeError(std::move(error));
      return false;
    }
  auto opened = runner->open(spawn);
  if (!opened) {
    llvm::consumeError(opened.takeError());
    return false;
  }
  step = std::move(*opened);
  return true;
}

std::optional<std::string> Git::askInStep(const std::vector<std::string>& words) {
  if (!openStep())
    return std::nullopt;
  sandbox::Spawn command = spawn;
  command.arguments = words;
  llvm::append_range(command.environment, environment);
  auto result = step->run(command);
  if (!result) {
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }
  if (!result->succeeded())
    return std::nullopt;
  auto said = base::makeRealFileSystem()->read(command.stdoutPath);
  if (!said) {
    llvm::consumeError(said.takeError());
    return std::nullopt;
  }
  return std::move(*said);
}

} // namespace pipec::environment
