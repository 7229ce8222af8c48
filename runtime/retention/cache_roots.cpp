// An entry of `workspaces/` is named after the digest of its content: the root of the workspace, a
// NUL, and the folder of its deploy state. Its time of change is that of the last use.
#include "runtime/retention/cache_roots.h"

#include "compiler/base/error.h"
#include "runtime/environment/ledger.h"
#include "runtime/environment/operator.h"
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"
#include "runtime/history/history.h"
#include "runtime/retention/kept_outputs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

#include <cerrno>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>

namespace pipec::retention {

static int64_t now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

static std::string folderOf(llvm::StringRef cache) {
  return cache.str() + "/workspaces";
}

void registerCacheUser(llvm::StringRef cache, const workspace::Workspace& workspace,
                       llvm::StringRef deployState) {
  std::string content = workspace.root + '\0' + deployState.str();
  std::string entry = folderOf(cache) + "/" + base::digestOf(content).hex();
  struct stat status;
  if (!folder::lookAt(entry, status))
    llvm::consumeError(folder::write(entry, content));
  else if (status.st_mtim.tv_sec < now() / 1000 - 60 * 60)
    folder::touch(entry);
}

llvm::Expected<std::vector<CacheUser>> cacheUsers(llvm::StringRef cache) {
  std::vector<CacheUser> users;
  std::string folder = folderOf(cache);
  struct stat status;
  if (!folder::lookAt(folder, status))
    return users;
  auto entries = folder::list(folder);
  if (!entries)
    return entries.takeError();
  for (const base::DirectoryEntry& entry : *entries) {
    std::string path = folder + "/" + entry.name;
    static constexpr uint64_t Longest = 64 * 1024;
    auto content = folder::read(path, Longest);
    if (!content || !*content || !folder::lookAt(path, status)) {
      llvm::consumeError(content.takeError()); // removed meanwhile
      continue;
    }
    // Torn, or not an entry.
    if (base::digestOf(**content).hex() != entry.name)
      continue;
    auto [root, deployState] = llvm::StringRef(**content).split('\0');
    users.push_back({root.str(), deployState.str(), status.st_mtim.tv_sec * 1000, path});
  }
  llvm::sort(users, [](const CacheUser& a, const CacheUser& b) {
    return std::tie(a.root, a.deployState) < std::tie(b.root, b.deployState);
  });
  return users;
}

// ---- executions -----------------------------------------------------------------

static void addNode(const history::NodeRecord& node, CacheRoots& roots) {
  const exec::NodeResult& result = node.result;
  for (const cache::ActionOutput& output : result.outputs)
    roots.contents.insert(output.content);
  if (result.report)
    roots.contents.insert(*result.report);
  for (const exec::Attempt& attempt : result.earlier)
    if (attempt.report)
      roots.contents.insert(*attempt.report);
  for (const auto& log : {result.stdoutDigest, result.stderrDigest})
    if (log)
      roots.contents.insert({cas::EntryKind::File, *log});
  if (result.key)
    roots.results.insert(*result.key);
}

static llvm::Error addExecutions(const CacheUser& user, CacheRoots& roots) {
  for (const cas::Content& content : KeptOutputs::contents(user.root + "/.pipec"))
    roots.contents.insert(content);
  std::string problem;
  auto history = history::openHistory(user.root + "/.pipec", history::Access::Query,
                                      [&](llvm::StringRef message) { problem = message.str(); });
  auto executions = history->executions();
  if (!executions)
    return executions.takeError();
  if (!problem.empty())
    return base::worldError(problem);
  struct Seen {
    size_t all = 0;
    size_t succeeded = 0;
  };
  std::map<std::pair<std::string, std::string>, Seen> seen;
  for (const history::Execution& execution : *executions) {
    Seen& before = seen[{execution.module, execution.pipeline}];
    using State = history::ExecutionState;
    bool succeeded = execution.state == State::Succeeded;
    bool isWanted = before.all++ == 0 || (succeeded && before.succeeded < KeptExecutions) ||
                    execution.state == State::Held || execution.state == State::Running;
    before.succeeded += succeeded;
    if (!isWanted)
      continue;
    auto nodes = history->nodes(execution);
    if (!nodes)
      return nodes.takeError();
    for (const history::NodeRecord& node : *nodes)
      addNode(node, roots);
  }
  return llvm::Error::success();
}

// ---- environments ---------------------------------------------------------------

static std::set<base::Digest> releasesOf(const environment::EnvironmentStatus& status,
                                         llvm::ArrayRef<environment::LogEntry> log) {
  const environment::State& state = status.state;
  std::set<base::Digest> releases;
  for (const auto& release : {state.desired, state.stable})
    if (release)
      releases.insert(*release);
  if (state.recorded.kind == environment::Recorded::Kind::Release)
    releases.insert(state.recorded.release);
  if (state.hold)
    releases.insert(state.hold->release);
  if (!log.empty())
    releases.insert(log.front().release);
  std::set<base::Digest> succeeded;
  for (const environment::LogEntry& entry : log)
    if (entry.result == "succeeded" && entry.kind != environment::AttemptKind::NoOp &&
        succeeded.size() < KeptExecutions)
      succeeded.insert(entry.release);
  releases.insert(succeeded.begin(), succeeded.end());
  return releases;
}

static void addRelease(llvm::StringRef identity, const environment::Release& release,
                       CacheRoots& roots) {
  roots.environments.insert(environment::nameOf(identity).str());
  const exec::BoundAction& action = release.action;
  roots.contents.insert(action.inputs.begin(), action.inputs.end());
  for (const exec::WorkPart& part : action.work)
    roots.contents.insert(part.content);
  for (const auto& content : {action.image, action.subject})
    if (content)
      roots.contents.insert(*content);
  ++roots.releases;
}

/// What somebody may still approve, or has approved. Of a subject it is not recorded what kind of
/// content it is: it is kept as both.
static llvm::Error addApprovals(environment::Ledger& ledger, CacheRoots& roots) {
  auto requests = ledger.requests();
  if (!requests)
    return requests.takeError();
  for (const environment::ApprovalRequest& request : *requests) {
    bool isOver = request.expires && *request.expires < now() && !request.isAnswered(now());
    if (!request.subject || isOver)
      continue;
    ++roots.approvals;
    for (cas::EntryKind kind : {cas::EntryKind::Directory, cas::EntryKind::File})
      roots.contents.insert({kind, *request.subject});
  }
  return llvm::Error::success();
}

/// Calls `use` with each environment of the deploy state, its log, and what of its releases has to
/// stay.
static llvm::Error
forEachEnvironment(environment::Ledger& ledger,
                   llvm::function_ref<llvm::Error(const std::string& identity,
                                                  llvm::ArrayRef<environment::LogEntry> log,
                                                  const std::set<base::Digest>& releases)>
                       use) {
  auto environments = ledger.environments();
  if (!environments)
    return environments.takeError();
  for (const environment::EnvironmentStatus& status : *environments) {
    auto log = ledger.log(status.identity);
    if (!log)
      return log.takeError();
    if (llvm::Error error = use(status.identity, *log, releasesOf(status, *log)))
      return error;
  }
  return llvm::Error::success();
}

/// Null: nothing was ever deployed.
static llvm::Expected<std::unique_ptr<environment::Ledger>>
openDeployState(llvm::StringRef folder) {
  std::string path = (folder + "/state.db").str();
  // What cannot be looked at may be there.
  if (::access(path.c_str(), F_OK) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return nullptr;
    return base::systemError("cannot read `" + path + "`", errno);
  }
  return environment::openLedger(folder, environment::Access::Read);
}

static llvm::Error addEnvironments(const CacheUser& user, CacheRoots& roots) {
  auto ledger = openDeployState(user.deployState);
  if (!ledger || !*ledger)
    return ledger.takeError();
  auto add = [&](const std::string& identity, llvm::ArrayRef<environment::LogEntry>,
                 const std::set<base::Digest>& releases) -> llvm::Error {
    for (const base::Digest& id : releases) {
      auto release = (*ledger)->release(identity, id);
      if (!release)
        return release.takeError();
      if (*release)
        addRelease(identity, **release, roots);
    }
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachEnvironment(**ledger, add))
    return error;
  return addApprovals(**ledger, roots);
}

llvm::Expected<std::set<std::string>> citedExecutions(llvm::StringRef deployState) {
  std::set<std::string> cited;
  auto ledger = openDeployState(deployState);
  if (!ledger)
    return ledger.takeError();
  if (!*ledger)
    return cited;
  auto add = [&](const std::string&, llvm::ArrayRef<environment::LogEntry> log,
                 const std::set<base::Digest>& releases) {
    for (const environment::LogEntry& entry : log)
      if (releases.count(entry.release))
        cited.insert(entry.execution);
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachEnvironment(**ledger, add))
    return error;
  auto requests = (*ledger)->requests();
  if (!requests)
    return requests.takeError();
  for (const environment::ApprovalRequest& request : *requests)
    cited.insert(request.execution);
  return cited;
}

llvm::Expected<CacheRoots> findCacheRoots(llvm::StringRef cache,
                                          std::optional<std::chrono::seconds> age) {
  auto users = cacheUsers(cache);
  if (!users)
    return users.takeError();
  CacheRoots roots;
  std::set<std::string> states; // several workspaces may share one
  for (const CacheUser& user : *users) {
    bool isRecent = !age || user.lastUse >= now() - std::chrono::milliseconds(*age).count();
    std::string state = user.root + "/.pipec";
    bool wasHeld = folder::isHeld(state);
    workspace::Standing standing = workspace::look(user.root);
    auto letGo = llvm::make_scope_exit([&] {
      if (!wasHeld)
        folder::letGo(state);
    });
    bool isThere = standing.kind != workspace::Standing::Kind::Absent;
    if (isThere && isRecent && standing.kind == workspace::Standing::Kind::Refused)
      return base::worldError(standing.problem);
    if (!isThere && !isRecent && !llvm::sys::fs::exists(user.deployState + "/state.db"))
      folder::unlinkFile(user.entry);
    if (isThere && isRecent)
      if (llvm::Error error = addExecutions(user, roots))
        return error;
    if (states.insert(user.deployState).second)
      if (llvm::Error error = addEnvironments(user, roots))
        return error;
  }
  return roots;
}

} // namespace pipec::retention
