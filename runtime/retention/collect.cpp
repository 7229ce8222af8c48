// First what must stay is noted as used, then the parts of the cache are looked through.
#include "runtime/retention/collect.h"

#include "compiler/base/error.h"
#include "runtime/retention/cache_roots.h"

#include <set>

namespace pipec::retention {

using std::chrono::steady_clock;

/// Copies for steps can be made again from blobs, for the price of copying.
static constexpr std::chrono::milliseconds TreeAge = std::chrono::hours(3 * 24);
/// What is used every day stays as it is, so that no step waits for it to be unpacked.
static constexpr std::chrono::milliseconds PlainAge = std::chrono::hours(24);
/// How often each part is looked through if there is no need.
static constexpr std::chrono::milliseconds SweepInterval = std::chrono::hours(24);

namespace {

class Collecting {
public:
  Collecting(llvm::StringRef cacheFolder, std::unique_ptr<cas::Collector> own,
             cas::ContentStore& contents, cache::ActionCache& results, const cas::Limits& wanted,
             llvm::function_ref<void(llvm::StringRef)> sink)
      : folder(cacheFolder), collector(std::move(own)), store(contents), actions(results),
        limits(wanted), warn(sink) {}

  llvm::Expected<Collection> run(Effort effort, std::chrono::milliseconds buildTime);

private:
  llvm::Error findRoots();
  llvm::Error mark();
  /// The cutoff for what may be removed now; everything that must stay is marked for it.
  llvm::Expected<int64_t> markedCutoff();
  llvm::Error sweep(unsigned part, int64_t cutoff);
  bool mustKeep(const base::Digest& key, const cache::ActionResult& result);
  bool isOver() const { return limits.bytes && collector->account().bytes() > *limits.bytes; }
  bool isLate() const { return steady_clock::now() >= deadline; }

  std::string folder;
  std::unique_ptr<cas::Collector> collector;
  cas::ContentStore& store;
  cache::ActionCache& actions;
  const cas::Limits& limits;
  llvm::function_ref<void(llvm::StringRef)> warn;
  const int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  steady_clock::time_point deadline = steady_clock::time_point::max();
  std::optional<CacheRoots> roots;
  bool unknownRoots = false;
  Collection result;
};

} // namespace

llvm::Error Collecting::findRoots() {
  if (roots)
    return llvm::Error::success();
  auto found = findCacheRoots(folder, limits.age);
  if (!found)
    return found.takeError();
  roots = std::move(*found);
  return llvm::Error::success();
}

llvm::Error Collecting::mark() {
  if (llvm::Error error = findRoots())
    return error;
  for (const cas::Content& root : roots->contents)
    if (auto there = store.contains(root); !there)
      return there.takeError();
  collector->setMarked(now);
  return llvm::Error::success();
}

llvm::Expected<int64_t> Collecting::markedCutoff() {
  int64_t cutoff = collector->cutoff(limits);
  if (collector->isMarkedFor(cutoff))
    return cutoff;
  // If nothing seems to be that old, a look at the disk comes first: marking is the dearer part.
  if (unknownRoots || collector->partsUsedBefore(cutoff).empty())
    return INT64_MIN;
  if (llvm::Error error = mark()) {
    unknownRoots = true;
    warn("nothing is removed from the cache, because it is not known what must stay: " +
         base::describe(std::move(error)).second);
    return INT64_MIN;
  }
  return collector->isMarkedFor(cutoff) ? cutoff : INT64_MIN;
}

/// A result is kept as long as its content is: all that it reaches was last used when it was.
bool Collecting::mustKeep(const base::Digest& key, const cache::ActionResult& action) {
  std::vector<base::Digest> parts{action.stdoutDigest, action.stderrDigest};
  for (const cache::ActionOutput& output : action.outputs)
    parts.push_back(output.content.digest);
  if (action.report)
    parts.push_back(action.report->digest);
  const base::Digest nothing = base::emptyDigest();
  bool hasContent = false;
  for (const base::Digest& part : parts) {
    hasContent |= part != nothing;
    if (!collector->isThere(part))
      return false;
  }
  // One without content has nothing that says when it was last used.
  if (hasContent || !limits.age ||
      action.started >= now - std::chrono::milliseconds(*limits.age).count())
    return true;
  if (llvm::Error error = findRoots()) {
    llvm::consumeError(std::move(error));
    return true;
  }
  return roots->results.count(key) != 0;
}

llvm::Error Collecting::sweep(unsigned part, int64_t cutoff) {
  cas::SweepLimits sweepLimits;
  sweepLimits.usedBefore = cutoff;
  sweepLimits.treesBefore = collector->safe(std::max(cutoff, now - TreeAge.count()));
  sweepLimits.compressBefore = now - PlainAge.count();
  sweepLimits.deadline = deadline;
  if (llvm::Error error = collector->sweep(part, sweepLimits, result.removed))
    return error;
  // What explains an execution may be asked for longer than its result is kept.
  int64_t unusedBefore =
      limits.age ? now - 2 * std::chrono::milliseconds(*limits.age).count() : INT64_MIN;
  auto rows = actions.collect(part, unusedBefore,
                              [&](const base::Digest& key, const cache::ActionResult& action) {
                                if (mustKeep(key, action))
                                  return true;
                                collector->noteRemoved(key);
                                return false;
                              });
  if (!rows)
    return rows.takeError();
  result.removed.results += rows->removed;
  collector->setResults(part, rows->left);
  return llvm::Error::success();
}

llvm::Expected<Collection> Collecting::run(Effort effort, std::chrono::milliseconds buildTime) {
  collector->add(store.takeAdditions());
  if (effort == Effort::AfterBuild)
    deadline = steady_clock::now() + (isOver() ? std::chrono::milliseconds(100) + buildTime / 5
                                               : std::chrono::milliseconds(20) + buildTime / 20);
  auto due = collector->partsSweptBefore(effort == Effort::Whole ? INT64_MAX
                                                                 : now - SweepInterval.count());
  static constexpr int Rounds = 3; // what a look finds may change what must go
  for (int round = 0; round < Rounds; ++round) {
    auto cutoff = markedCutoff();
    if (!cutoff)
      return cutoff.takeError();
    auto parts = collector->partsUsedBefore(*cutoff);
    parts.insert(parts.end(), due.begin(), due.end());
    due.clear();
    std::set<unsigned> seen;
    for (unsigned part : parts) {
      if (!seen.insert(part).second)
        continue;
      if (llvm::Error error = sweep(part, *cutoff))
        return error;
      if (isLate()) {
        result.complete = false;
        break;
      }
    }
    if (parts.empty() || isLate() || unknownRoots || (round > 0 && !isOver()))
      break;
  }
  result.account = collector->account();
  if (llvm::Error error = collector->finish())
    return error;
  return std::move(result);
}

llvm::Expected<std::optional<Collection>>
collectCache(llvm::StringRef folder, cas::ContentStore& store, cache::ActionCache& actions,
             const cas::Limits& limits, Effort effort, std::chrono::milliseconds buildTime,
             llvm::function_ref<void(llvm::StringRef)> warn) {
  auto collector = cas::Collector::open((folder + "/cas").str(), effort == Effort::Whole);
  if (!collector)
    return collector.takeError();
  if (!*collector)
    return std::nullopt;
  auto done = Collecting(folder, std::move(*collector), store, actions, limits, warn)
                  .run(effort, buildTime);
  if (!done)
    return done.takeError();
  return std::move(*done);
}

} // namespace pipec::retention
