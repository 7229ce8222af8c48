// `pipec cache`: stats, gc, verify, clear.
#include "runtime/cache/scoped_action_cache.h"
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"
#include "runtime/engine/session.h"
#include "runtime/retention/cache_roots.h"
#include "runtime/retention/collect.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/base/size_text.h"
#include "compiler/base/time_text.h"

#include "llvm/Support/FileSystem.h"

namespace pipec::cli {

std::vector<Option> cacheOptions() {
  std::vector<Option> options = cacheLimitOptions();
  options.push_back(
      {"repair", 0, "", "of verify: remove what is damaged, so that it is made again"});
  options.push_back({"force", 0, "", "of clear: although a running build uses the cache"});
  options.push_back(
      {"all", 0, "", "of clear: also what environments need for a rollback, and approvals"});
  options.push_back(formatOption());
  return options;
}

namespace {

class CacheCommand {
public:
  CacheCommand(std::string cacheFolder, cas::Limits wanted, const Arguments& given, bool json,
               Streams& streams)
      : folder(std::move(cacheFolder)), limits(wanted), arguments(given), asJson(json),
        io(streams) {}

  llvm::Expected<ExitCode> stats();
  llvm::Expected<ExitCode> collect();
  llvm::Expected<ExitCode> verify();
  llvm::Expected<ExitCode> clear();

private:
  /// A result whose content is not whole.
  struct LostResult {
    base::Digest key;
    std::string execution;
    bool repaired = false;
  };

  std::string contents() const { return folder + "/cas"; }
  bool isThere() const { return llvm::sys::fs::is_directory(contents()); }
  llvm::Expected<std::unique_ptr<cache::ActionCache>> openActions() {
    return cache::openScopedActionCache(folder, cache::Scope::Trusted,
                                        [this](llvm::StringRef message) { io.warning(message); });
  }
  llvm::Expected<cas::StoreAccount> account();
  llvm::Expected<std::vector<LostResult>> lostResults(bool repair);
  void tellLoss(const retention::CacheRoots& roots);
  llvm::Error addLostResults(cache::Scope scope, bool repair, std::vector<LostResult>& lost);
  void document(llvm::StringRef schema, llvm::function_ref<void(llvm::json::OStream&)> write);
  void writeAccount(llvm::json::OStream& json, const cas::StoreAccount& account);

  std::string folder;
  cas::Limits limits;
  const Arguments& arguments;
  bool asJson;
  Streams& io;
};

} // namespace

void CacheCommand::document(llvm::StringRef schema,
                            llvm::function_ref<void(llvm::json::OStream&)> write) {
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", schema);
      json.attribute("folder", base::jsonText(folder));
      write(json);
    });
  });
}

// ---- stats ----------------------------------------------------------------------

/// From the account; what nobody has looked through yet is looked through now.
llvm::Expected<cas::StoreAccount> CacheCommand::account() {
  if (!isThere())
    return cas::StoreAccount();
  auto collector = cas::Collector::open(contents(), /*wait=*/false);
  if (!collector)
    return collector.takeError();
  if (!*collector)
    return cas::readAccount(contents());
  auto unknown = (*collector)->partsSweptBefore(1);
  if (unknown.empty())
    return (*collector)->account();
  auto actions = openActions();
  if (!actions)
    return actions.takeError();
  cas::SweepResult nothing;
  for (unsigned part : unknown) {
    if (llvm::Error error = (*collector)->sweep(part, {}, nothing))
      return error;
    auto rows = (*actions)->collect(
        part, INT64_MIN, [](const base::Digest&, const cache::ActionResult&) { return true; });
    if (!rows)
      return rows.takeError();
    (*collector)->setResults(part, rows->left);
  }
  cas::StoreAccount found = (*collector)->account();
  if (llvm::Error error = (*collector)->finish())
    return error;
  return found;
}

static uint64_t databaseBytes(const std::string& folder) {
  uint64_t bytes = 0;
  for (const char* name : {"/actions.db", "/actions.db-wal", "/actions-untrusted.db",
                           "/actions-untrusted.db-wal", "/files.db", "/files.db-wal"}) {
    uint64_t size = 0;
    if (!llvm::sys::fs::file_size(folder + name, size))
      bytes += size;
  }
  return bytes;
}

void CacheCommand::writeAccount(llvm::json::OStream& json, const cas::StoreAccount& account) {
  json.attribute("bytes", account.bytes());
  json.attribute("blobs", account.blobs);
  json.attribute("blob_bytes", account.blobBytes);
  json.attribute("trees", account.trees);
  json.attribute("tree_bytes", account.treeBytes);
  json.attribute("images", account.roots);
  json.attribute("image_bytes", account.rootBytes);
  json.attribute("results", account.results);
  json.attribute("database_bytes", databaseBytes(folder));
  json.attribute("oldest_use_ms", account.oldestUse);
  json.attribute("collected_ms", account.collected);
  if (limits.bytes)
    json.attribute("max_bytes", *limits.bytes);
  else
    json.attribute("max_bytes", nullptr);
  if (limits.age)
    json.attribute("max_age_s", limits.age->count());
  else
    json.attribute("max_age_s", nullptr);
}

static std::string ageText(std::chrono::seconds age) {
  int64_t count = age.count();
  for (auto [unit, seconds] : {std::pair("d", 86400), std::pair("h", 3600), std::pair("min", 60)})
    if (count % seconds == 0 && count > 0)
      return std::to_string(count / seconds) + unit;
  return std::to_string(count) + "s";
}

llvm::Expected<ExitCode> CacheCommand::stats() {
  auto found = account();
  if (!found)
    return found.takeError();
  auto users = retention::cacheUsers(folder);
  if (!users)
    return users.takeError();
  if (asJson) {
    document("pipec.cache-stats/1", [&](llvm::json::OStream& json) {
      writeAccount(json, *found);
      json.attributeArray("workspaces", [&] {
        for (const retention::CacheUser& user : *users)
          json.object([&] {
            json.attribute("root", base::jsonText(user.root));
            json.attribute("last_use_ms", user.lastUse);
          });
      });
    });
    return ExitCode::Success;
  }
  io.out << report::printable(folder) << '\n'
         << "  content     " << found->blobs << " blobs, " << base::sizeText(found->blobBytes)
         << '\n'
         << "  copies      " << found->trees << " for the roots of steps, "
         << base::sizeText(found->treeBytes) << '\n'
         << "  images      " << found->roots
         << (found->roots == 1 ? " root file system, " : " root file systems, ")
         << base::sizeText(found->rootBytes) << '\n'
         << "  results     " << found->results << '\n'
         << "  databases   " << base::sizeText(databaseBytes(folder)) << '\n'
         << "  limits      " << (limits.bytes ? base::sizeText(*limits.bytes) : "no size") << ", "
         << (limits.age ? ageText(*limits.age) + " since the last use" : "no age") << '\n';
  if (found->oldestUse)
    io.out << "  oldest use  " << base::timeText(found->oldestUse) << '\n';
  if (found->collected)
    io.out << "  collected   " << base::timeText(found->collected) << '\n';
  for (const retention::CacheUser& user : *users)
    io.out << "  used by     " << report::printable(user.root) << ", "
           << base::timeText(user.lastUse) << '\n';
  return ExitCode::Success;
}

// ---- gc -------------------------------------------------------------------------

llvm::Expected<ExitCode> CacheCommand::collect() {
  std::optional<retention::Collection> done = retention::Collection();
  if (isThere()) {
    auto store = cas::openLocalContentStore(contents());
    if (!store)
      return store.takeError();
    auto actions = openActions();
    if (!actions)
      return actions.takeError();
    auto collected =
        retention::collectCache(folder, **store, **actions, limits, retention::Effort::Whole, {},
                                [&](llvm::StringRef message) { io.warning(message); });
    if (!collected)
      return collected.takeError();
    done = std::move(*collected);
  }
  const cas::SweepResult& removed = done->removed;
  if (asJson) {
    document("pipec.cache-gc/1", [&](llvm::json::OStream& json) {
      json.attributeObject("removed", [&] {
        json.attribute("blobs", removed.blobs);
        json.attribute("trees", removed.trees);
        json.attribute("images", removed.roots);
        json.attribute("results", removed.results);
        json.attribute("bytes", removed.bytes);
      });
      json.attributeObject("compressed", [&] {
        json.attribute("blobs", removed.compressed);
        json.attribute("bytes", removed.saved);
      });
      writeAccount(json, done->account);
    });
    return ExitCode::Success;
  }
  io.out << "removed " << removed.blobs << " blobs, " << removed.trees << " copies, "
         << removed.roots << " images and " << removed.results
         << " results: " << base::sizeText(removed.bytes) << '\n';
  if (removed.compressed)
    io.out << "compressed " << removed.compressed << " blobs: " << base::sizeText(removed.saved)
           << " less\n";
  io.out << base::sizeText(done->account.bytes()) << " are left";
  if (limits.bytes && done->account.bytes() > *limits.bytes)
    io.out << ", more than " << base::sizeText(*limits.bytes)
           << ": the rest is in use, was used within the last hour, or belongs to the last "
              "executions or to a deployment";
  io.out << '\n';
  return ExitCode::Success;
}

// ---- verify ---------------------------------------------------------------------

llvm::Error CacheCommand::addLostResults(cache::Scope scope, bool repair,
                                         std::vector<LostResult>& lost) {
  auto actions = cache::openActionCache(
      folder, [this](llvm::StringRef message) { io.warning(message); }, cache::Access::ReadWrite,
      cache::databaseName(scope));
  if (!actions)
    return actions.takeError();
  // For reading, so that to look at something does not count as to use it.
  auto store = cas::openContentStoreForReading(contents());
  if (!store)
    return store.takeError();
  size_t first = lost.size();
  llvm::Error problem = llvm::Error::success();
  auto look = [&](const base::Digest& key, const cache::ActionResult& result) {
    std::vector<cas::Content> parts{{cas::EntryKind::File, result.stdoutDigest},
                                    {cas::EntryKind::File, result.stderrDigest}};
    for (const cache::ActionOutput& output : result.outputs)
      parts.push_back(output.content);
    if (result.report)
      parts.push_back(*result.report);
    for (const cas::Content& part : parts) {
      auto there = (*store)->contains(part);
      if (!there)
        problem = llvm::joinErrors(std::move(problem), there.takeError());
      else if (!*there)
        return lost.push_back({key, result.execution, false});
    }
  };
  llvm::Error error = (*actions)->each(look);
  if (llvm::Error all = llvm::joinErrors(std::move(problem), std::move(error)))
    return all;
  for (size_t i = first; repair && i < lost.size(); ++i) {
    if (llvm::Error failed = (*actions)->remove(lost[i].key))
      return failed;
    lost[i].repaired = true;
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<CacheCommand::LostResult>> CacheCommand::lostResults(bool repair) {
  std::vector<LostResult> lost;
  for (cache::Scope scope : {cache::Scope::Trusted, cache::Scope::Untrusted})
    if (llvm::sys::fs::exists(folder + "/" + cache::databaseName(scope)))
      if (llvm::Error error = addLostResults(scope, repair, lost))
        return error;
  return lost;
}

static llvm::StringRef textOf(cas::StoreProblem::Kind kind) {
  using Kind = cas::StoreProblem::Kind;
  switch (kind) {
  case Kind::DamagedBlob:
    return "is damaged: its content is not what its name says";
  case Kind::CutBlob:
    return "is cut short";
  case Kind::DamagedTree:
    return "is not what its blobs say";
  case Kind::DamagedRoot:
    return "is not what the image has there";
  case Kind::StrayFile:
    return "is nothing of pipec's";
  }
  llvm_unreachable("a problem of no kind");
}

static llvm::StringRef nameOf(cas::StoreProblem::Kind kind) {
  using Kind = cas::StoreProblem::Kind;
  switch (kind) {
  case Kind::DamagedBlob:
    return "damaged-blob";
  case Kind::CutBlob:
    return "cut-blob";
  case Kind::DamagedTree:
    return "damaged-copy";
  case Kind::DamagedRoot:
    return "damaged-image";
  case Kind::StrayFile:
    return "stray-file";
  }
  llvm_unreachable("a problem of no kind");
}

llvm::Expected<ExitCode> CacheCommand::verify() {
  bool repair = arguments.has("repair");
  cas::VerifyResult result;
  std::vector<LostResult> lost;
  if (isThere()) {
    auto collector = cas::Collector::open(contents(), /*wait=*/true); // nothing goes meanwhile
    if (!collector)
      return collector.takeError();
    auto verified = cas::verifyStore(contents(), repair);
    if (!verified)
      return verified.takeError();
    result = std::move(*verified);
    auto found = lostResults(repair);
    if (!found)
      return found.takeError();
    lost = std::move(*found);
  }
  bool allRepaired = true;
  for (const cas::StoreProblem& problem : result.problems)
    allRepaired &= problem.repaired;
  allRepaired &= lost.empty() || repair;
  if (asJson) {
    document("pipec.cache-verify/1", [&](llvm::json::OStream& json) {
      json.attribute("blobs", result.blobs);
      json.attribute("trees", result.trees);
      json.attribute("images", result.roots);
      json.attribute("bytes", result.bytes);
      json.attributeArray("problems", [&] {
        for (const cas::StoreProblem& problem : result.problems)
          json.object([&] {
            json.attribute("kind", nameOf(problem.kind));
            json.attribute("path", base::jsonText("cas/" + problem.path));
            json.attribute("repaired", problem.repaired);
          });
        for (const LostResult& one : lost)
          json.object([&] {
            json.attribute("kind", "lost-content");
            json.attribute("key", one.key.text());
            json.attribute("execution", one.execution);
            json.attribute("repaired", one.repaired);
          });
      });
    });
    return allRepaired ? ExitCode::Success : ExitCode::Failure;
  }
  auto done = [](bool repaired) { return repaired ? "; removed" : ""; };
  for (const cas::StoreProblem& problem : result.problems)
    io.out << "cas/" << report::printable(problem.path) << " " << textOf(problem.kind)
           << done(problem.repaired) << '\n';
  for (const LostResult& one : lost)
    io.out << "the result " << one.key.shortHex() << " of execution " << one.execution
           << " has lost content" << done(one.repaired) << '\n';
  size_t count = result.problems.size() + lost.size();
  io.out << result.blobs << " blobs, " << result.trees << " copies and " << result.roots
         << " images: " << count << (count == 1 ? " problem" : " problems");
  if (count && !repair)
    io.out << "; `pipec cache verify --repair` removes what is damaged, and builds make it again";
  io.out << '\n';
  return allRepaired ? ExitCode::Success : ExitCode::Failure;
}

// ---- clear ----------------------------------------------------------------------

static std::string counted(size_t count, llvm::StringRef one) {
  return std::to_string(count) + " " + one.str() + (count == 1 ? "" : "s");
}

/// "2 releases of `Prod`, `Test` and 1 approval need it"
static std::string userOf(const retention::CacheRoots& roots) {
  std::string text;
  if (roots.releases) {
    text = counted(roots.releases, "release") + " of ";
    for (const std::string& name : roots.environments)
      text += (name == *roots.environments.begin() ? "`" : ", `") + report::printable(name) + "`";
  }
  if (roots.approvals)
    text += (text.empty() ? "" : " and ") + counted(roots.approvals, "approval");
  return text + (roots.releases + roots.approvals == 1 ? " needs it" : " need it");
}

/// Before it is lost.
void CacheCommand::tellLoss(const retention::CacheRoots& roots) {
  if (roots.releases + roots.approvals == 0)
    return;
  io.warning("content goes although " + userOf(roots) +
             (roots.releases ? ": until built again, none of these releases can be put back" : ""));
}

llvm::Expected<ExitCode> CacheCommand::clear() {
  if (!isThere()) {
    io.err << "there is no cache in `" << report::printable(folder) << "`\n";
    return ExitCode::Success;
  }
  bool all = arguments.has("all");
  auto roots = retention::findCacheRoots(folder, std::chrono::seconds(0));
  if (!roots && !all)
    return base::worldError("nothing was removed, because it is not known what environments need "
                            "to go back (" +
                            base::describe(roots.takeError()).second +
                            "); `pipec cache clear --all` removes that too");
  retention::CacheRoots needed;
  if (roots)
    needed = std::move(*roots);
  else
    io.warning("it is not known what is lost: " + base::describe(roots.takeError()).second);
  if (all)
    tellLoss(needed);
  auto cleared = cas::clearStore(contents(), arguments.has("force"),
                                 all ? std::set<cas::Content>() : needed.contents);
  if (!cleared)
    return cleared.takeError();
  auto databases = *cleared ? cache::clearDatabases(folder) : llvm::Expected<bool>(false);
  if (!databases)
    return databases.takeError();
  if (!*databases && !arguments.has("force"))
    return base::worldError("a running build uses the cache `" + folder +
                            "`; run this again when it has ended");
  io.err << "the cache `" << report::printable(folder) << "` is empty";
  if (*cleared && (*cleared)->blobs)
    io.err << " but for " << base::sizeText((*cleared)->bytes) << ": " << userOf(needed)
           << "; `--all` removes that too";
  io.err << '\n';
  return ExitCode::Success;
}

llvm::Expected<ExitCode> runCache(Words words, Streams& io) {
  auto invocation = invokeSimple("cache", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  auto trust = readTrust(arguments, *workspace);
  if (!trust)
    return trust.takeError();
  auto configuration = workspace::readConfiguration(*workspace, *trust);
  if (!configuration)
    return configuration.takeError();
  auto limits = readCacheLimits(arguments, *configuration);
  if (!limits)
    return limits.takeError();
  llvm::StringRef what =
      arguments.words().size() == 1 ? llvm::StringRef(arguments.words().front()) : "";
  auto folder =
      engine::openCacheFolder(*workspace, (*invocation)->common.places, engine::Use::Read);
  if (!folder)
    return folder.takeError();
  CacheCommand command(std::move(*folder), *limits, arguments, *asJson, io);
  if (what == "stats")
    return command.stats();
  if (what == "gc")
    return command.collect();
  if (what == "verify")
    return command.verify();
  if (what == "clear")
    return command.clear();
  return base::usageError("`pipec cache` wants one of stats, gc, verify and clear");
}

} // namespace pipec::cli
