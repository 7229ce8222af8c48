// Sweeping a store part by part.
#include "runtime/cas/collection.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/sparse_file.h"
#include "runtime/cas/clock.h"
#include "runtime/cas/collected_log.h"
#include "runtime/cas/frame.h"
#include "runtime/cas/lease.h"
#include "runtime/cas/root_collection.h"
#include "runtime/cas/scratch.h"
#include "runtime/cas/trees.h"
#include "runtime/cas/usage.h"
#include "runtime/folder/files.h"

#include "llvm/ADT/STLExtras.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace pipec::cas {

static_assert(StoreParts == PartCount);

/// On a blob: whether it pays to compress it has been tried. Nothing depends on it but time.
static constexpr mode_t TriedBit = S_ISVTX;
/// What one look at one part may remove or compress, however late it is.
static constexpr uint64_t LeastChanges = 16;

namespace {

class StoreCollector final : public Collector {
public:
  StoreCollector(std::string folder, Descriptor held)
      : store(std::move(folder)), lock(std::move(held)), scratch(store + "/tmp"),
        blobs(folder::openFile(store + "/blobs", O_RDONLY | O_DIRECTORY)),
        usage(Usage::read(store)), now(nowMs()), boot(bootId()),
        safeBefore(std::min(oldestLease(store).value_or(now), now) - UseGranularityMs - SlackMs) {}

  void add(const Additions& additions) override { usage.add(additions); }
  StoreAccount account() const override;
  std::vector<unsigned> partsSweptBefore(int64_t time) const override;
  std::vector<unsigned> partsUsedBefore(int64_t time) const override;
  int64_t cutoff(const Limits& limits) const override;
  int64_t safe(int64_t time) const override { return std::min(time, safeBefore); }
  bool isMarkedFor(int64_t time) const override {
    return time <= usage.marked - UseGranularityMs - SlackMs;
  }
  void setMarked(int64_t began) override { usage.marked = began; }
  llvm::Error sweep(unsigned part, const SweepLimits& limits, SweepResult& result) override;
  bool isThere(const base::Digest& digest) const override {
    return ::faccessat(blobs.get(), blobName(digest).c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
           digest == base::emptyDigest();
  }
  void noteRemoved(const base::Digest& key) override { removed.push_back(key.hash); }
  void setResults(unsigned part, uint64_t count) override { usage.parts[part].results = count; }
  llvm::Error finish() override;

private:
  /// Clocks are read in steps; two seconds are the longest (FAT).
  static constexpr int64_t SlackMs = 2000;

  llvm::Error sweepBlobs(unsigned part, const SweepLimits& limits, SweepResult& result);
  llvm::Error sweepTrees(unsigned part, const SweepLimits& limits, SweepResult& result);
  llvm::Error sweepTreesOf(const std::string& group, bool isThisBoot, unsigned part,
                           const SweepLimits& limits, SweepResult& result);
  llvm::Error sweepRoots(unsigned part, const SweepLimits& limits, SweepResult& result);
  /// False: nothing was removed.
  llvm::Expected<bool> removeRoots(unsigned part, const SweepLimits& limits, SweepResult& result);
  void countRoots(unsigned part);
  /// Moves `name` out of `parent`, and back if it was used meanwhile. Empty: it is not out.
  llvm::Expected<std::string> takeOut(int parent, const std::string& name, int64_t before,
                                      bool byAccess);
  void compress(int parent, const std::string& name, struct stat& status, SweepResult& result);
  llvm::Error failure(llvm::StringRef what) const {
    int reason = errno;
    return base::systemError("cannot collect in the store `" + store + "`: " + what, reason);
  }

  std::string store;
  Descriptor lock;
  Scratch scratch;
  Descriptor blobs;
  Usage usage;
  const int64_t now;
  const std::string boot;
  const int64_t safeBefore;
  std::vector<base::Sha256> removed;
};

} // namespace

llvm::Expected<std::unique_ptr<Collector>> Collector::open(llvm::StringRef store, bool wait) {
  std::string path = store.str() + "/collector.lock";
  if (llvm::Error error = refuseLinksInStore(store.str()))
    return error;
  Descriptor lock = folder::openFile(path, O_RDWR | O_CREAT);
  if (!lock)
    return folder::failure("open", path, errno);
  int locked;
  do
    locked = ::flock(lock.get(), LOCK_EX | (wait ? 0 : LOCK_NB));
  while (locked != 0 && errno == EINTR);
  if (locked != 0 && errno == EWOULDBLOCK)
    return nullptr;
  if (locked != 0)
    return base::systemError("cannot lock `" + path + "`", errno);
  return std::make_unique<StoreCollector>(store.str(), std::move(lock));
}

// ---- the account ----------------------------------------------------------------

static StoreAccount accountOf(const Usage& usage) {
  StoreAccount account;
  Amount blobAmount = usage.blobs(), treeAmount = usage.trees(), rootAmount = usage.roots();
  account.blobs = blobAmount.count;
  account.blobBytes = blobAmount.bytes;
  account.trees = treeAmount.count;
  account.treeBytes = treeAmount.bytes;
  account.roots = rootAmount.count;
  account.rootBytes = rootAmount.bytes;
  account.collected = usage.collected;
  for (const Usage::Part& part : usage.parts) {
    account.results += part.results;
    if (!part.blobs.empty()) {
      int64_t oldest = part.blobs.begin()->first * 3'600'000;
      account.oldestUse = account.oldestUse ? std::min(account.oldestUse, oldest) : oldest;
    }
  }
  return account;
}

StoreAccount StoreCollector::account() const {
  return accountOf(usage);
}

StoreAccount readAccount(llvm::StringRef store) {
  return accountOf(Usage::read(store));
}

std::vector<unsigned> StoreCollector::partsSweptBefore(int64_t time) const {
  std::vector<unsigned> parts;
  for (unsigned part = 0; part < PartCount; ++part)
    // A time that is still to come is one of a clock that was wrong.
    if (usage.parts[part].swept < time || usage.parts[part].swept > now)
      parts.push_back(part);
  llvm::stable_sort(
      parts, [&](unsigned a, unsigned b) { return usage.parts[a].swept < usage.parts[b].swept; });
  return parts;
}

std::vector<unsigned> StoreCollector::partsUsedBefore(int64_t time) const {
  std::vector<unsigned> parts;
  for (unsigned part = 0; part < PartCount; ++part)
    for (const auto* hours :
         {&usage.parts[part].blobs, &usage.parts[part].trees, &usage.parts[part].roots})
      if (!hours->empty() && hours->begin()->first * 3'600'000 < time) {
        parts.push_back(part);
        break;
      }
  return parts;
}

int64_t StoreCollector::cutoff(const Limits& limits) const {
  int64_t before = INT64_MIN;
  if (limits.age)
    before = now - std::chrono::milliseconds(*limits.age).count();
  uint64_t all = usage.blobs().bytes + usage.trees().bytes + usage.roots().bytes;
  if (limits.bytes && all > *limits.bytes) {
    std::map<int64_t, uint64_t> byHour;
    for (const Usage::Part& part : usage.parts)
      for (const auto* histogram : {&part.blobs, &part.trees, &part.roots})
        for (const auto& [hour, amount] : *histogram)
          byHour[hour] += amount.bytes;
    // Room for what comes next, so that not every build has to remove something.
    uint64_t target = *limits.bytes / 10 * 9;
    for (const auto& [hour, bytes] : byHour) {
      if (all <= target)
        break;
      all -= std::min(all, bytes);
      int64_t width = hour < now / 3'600'000 - 96 && hour % 24 == 0 ? 24 : 1;
      before = std::max(before, (hour + width) * 3'600'000);
    }
  }
  return safe(before);
}

llvm::Error StoreCollector::finish() {
  if (!removed.empty())
    usage.collected = now;
  llvm::Error logged = logCollected(store, removed);
  removed.clear();
  return llvm::joinErrors(std::move(logged), usage.write(store));
}

// ---- blobs ----------------------------------------------------------------------

llvm::Expected<std::string> StoreCollector::takeOut(int parent, const std::string& name,
                                                    int64_t before, bool byAccess) {
  auto tmp = scratch.folder();
  if (!tmp)
    return tmp.takeError();
  std::string aside = scratch.newName();
  if (::renameat(parent, name.c_str(), *tmp, aside.c_str()) != 0) {
    if (errno == ENOENT)
      return std::string();
    return failure("cannot remove `" + name + "`");
  }
  struct stat status;
  if (::fstatat(*tmp, aside.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return failure("cannot look at `" + name + "`");
  if (milliseconds(byAccess ? status.st_atim : status.st_mtim) < before)
    return aside;
  // Somebody has used it since it was looked at. If he has also put it anew, this one is not
  // needed.
  if (::renameat2(*tmp, aside.c_str(), parent, name.c_str(), RENAME_NOREPLACE) == 0)
    return std::string();
  return aside;
}

/// Replaces a blob by a frame of it, if that is smaller, or notes that it is not.
void StoreCollector::compress(int parent, const std::string& name, struct stat& status,
                              SweepResult& result) {
  Descriptor source(::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  auto tmp = scratch.folder();
  if (!source || !tmp) {
    llvm::consumeError(tmp.takeError());
    return;
  }
  auto size = static_cast<uint64_t>(status.st_size);
  std::string made = scratch.newName();
  Descriptor target(::openat(*tmp, made.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  bool smaller =
      target && !frameHeaderOf(source.get()) && writeFrame(source.get(), size, target.get());
  const timespec times[2] = {status.st_atim, status.st_mtim};
  struct stat frame;
  if (!smaller || ::fchmod(target.get(), 0444 | TriedBit) != 0 ||
      ::futimens(target.get(), times) != 0 || ::fstat(target.get(), &frame) != 0 ||
      ::renameat(*tmp, made.c_str(), parent, name.c_str()) != 0) {
    ::unlinkat(*tmp, made.c_str(), 0);
    ::fchmod(source.get(), 0444 | TriedBit);
    return;
  }
  // A use that was noted on the old file is noted on the new one.
  struct stat old;
  if (::fstat(source.get(), &old) == 0 &&
      milliseconds(old.st_mtim) != milliseconds(status.st_mtim)) {
    const timespec later[2] = {old.st_atim, old.st_mtim};
    ::futimens(target.get(), later);
  }
  ++result.compressed;
  result.saved +=
      base::bytesOnDisk(status) - std::min(base::bytesOnDisk(status), base::bytesOnDisk(frame));
  status = frame;
}

llvm::Error StoreCollector::sweepBlobs(unsigned part, const SweepLimits& limits,
                                       SweepResult& result) {
  Usage::Part& account = usage.parts[part];
  account.blobs.clear();
  Descriptor folder(::openat(blobs.get(), partName(part).c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder && (errno == ENOENT || errno == EBADF))
    return llvm::Error::success();
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!folder || !readNames(folder.get(), names))
    return failure("cannot list `blobs/" + partName(part) + "`");
  // A part may be large. The next look at it goes on; a few go in any case, so that there is an
  // end.
  auto hasTime = [&, most = result.blobs + result.compressed + LeastChanges] {
    return result.blobs + result.compressed < most ||
           std::chrono::steady_clock::now() < limits.deadline;
  };
  for (const auto& [name, type] : names) {
    auto hash = name.size() == NameDigits ? hashOfName(part, name) : std::nullopt;
    struct stat status;
    if (!hash || ::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    int64_t used = milliseconds(status.st_mtim);
    if (used < limits.usedBefore && hasTime()) {
      auto aside = takeOut(folder.get(), name, limits.usedBefore, /*byAccess=*/false);
      if (!aside)
        return aside.takeError();
      if (!aside->empty()) {
        ::unlinkat(llvm::cantFail(scratch.folder()), aside->c_str(), 0);
        ++result.blobs;
        result.bytes += base::bytesOnDisk(status);
        removed.push_back(*hash);
        continue;
      }
    } else if (used < limits.compressBefore && !(status.st_mode & TriedBit) &&
               static_cast<uint64_t>(status.st_size) > BlockSize && hasTime()) {
      compress(folder.get(), name, status, result);
    }
    account.blobs[hourOf(used, now)] += {1, base::bytesOnDisk(status)};
  }
  return llvm::Error::success();
}

// ---- trees ----------------------------------------------------------------------

/// Bytes of the files below `name`; what cannot be read counts as nothing.
static uint64_t bytesBelow(int parent, const std::string& name) {
  struct stat status;
  if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return 0;
  if (!S_ISDIR(status.st_mode))
    return base::bytesOnDisk(status);
  uint64_t bytes = BlockSize;
  // To measure it is not to use it; only its owner may say so.
  Descriptor folder(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC));
  std::vector<std::pair<std::string, unsigned char>> names;
  if (folder && readNames(folder.get(), names))
    for (const auto& [child, type] : names)
      bytes += bytesBelow(folder.get(), child);
  return bytes;
}

llvm::Error StoreCollector::sweepTreesOf(const std::string& group, bool isThisBoot, unsigned part,
                                         const SweepLimits& limits, SweepResult& result) {
  Usage::Part& account = usage.parts[part];
  Descriptor folder(::open(group.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  std::vector<std::pair<std::string, unsigned char>> names;
  if (!folder || !readNames(folder.get(), names))
    return errno == ENOENT ? llvm::Error::success() : failure("cannot list `" + group + "`");
  std::map<std::string, uint64_t> known = std::move(account.treeBytes);
  account.treeBytes.clear();
  for (const auto& [name, type] : names) {
    struct stat status;
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    auto size = known.find(name);
    uint64_t bytes = size != known.end() ? size->second : bytesBelow(folder.get(), name);
    int64_t used = milliseconds(status.st_atim);
    int64_t before = isThisBoot ? limits.treesBefore : INT64_MAX;
    if (used < before && std::chrono::steady_clock::now() < limits.deadline) {
      auto aside = takeOut(folder.get(), name, before, /*byAccess=*/true);
      if (!aside)
        return aside.takeError();
      if (!aside->empty()) {
        llvm::consumeError(base::removeTree(scratch.pathOf(*aside)));
        ++result.trees;
        result.bytes += bytes;
        continue;
      }
    }
    account.trees[hourOf(used, now)] += {1, bytes};
    account.treeBytes[name] = bytes;
  }
  return llvm::Error::success();
}

/// Nobody uses trees of earlier boots: they may have been torn by a power cut.
llvm::Error StoreCollector::sweepTrees(unsigned part, const SweepLimits& limits,
                                       SweepResult& result) {
  usage.parts[part].trees.clear();
  Descriptor all = folder::openFile(store + "/trees", O_RDONLY | O_DIRECTORY);
  std::vector<std::pair<std::string, unsigned char>> boots;
  if (!all || !readNames(all.get(), boots))
    return errno == ENOENT ? llvm::Error::success() : failure("cannot list `trees`");
  for (const auto& [name, type] : boots) {
    std::string group = store + "/trees/" + name + "/" + partName(part);
    if (llvm::Error error = sweepTreesOf(group, name == boot, part, limits, result))
      return error;
    if (name != boot) {
      ::rmdir(group.c_str());
      ::rmdir((store + "/trees/" + name).c_str());
    }
  }
  return llvm::Error::success();
}

// ---- roots ----------------------------------------------------------------------

/// The names of the roots in the open folder of a part.
static std::vector<std::string> rootsIn(int folder, unsigned part) {
  std::vector<std::pair<std::string, unsigned char>> names;
  std::vector<std::string> roots;
  if (readNames(folder, names))
    for (const auto& [name, type] : names)
      if (name.size() == NameDigits && hashOfName(part, name))
        roots.push_back(name);
  return roots;
}

llvm::Expected<bool> StoreCollector::removeRoots(unsigned part, const SweepLimits& limits,
                                                 SweepResult& result) {
  std::string group = store + "/roots/" + partName(part);
  Descriptor folder(::open(group.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder)
    return errno == ENOENT ? llvm::Expected<bool>(false) : failure("cannot list `" + group + "`");
  bool any = false;
  for (const std::string& name : rootsIn(folder.get(), part)) {
    struct stat status;
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        milliseconds(status.st_atim) >= limits.treesBefore ||
        std::chrono::steady_clock::now() >= limits.deadline)
      continue;
    auto aside = takeOut(folder.get(), name, limits.treesBefore, /*byAccess=*/true);
    if (!aside)
      return aside.takeError();
    if (aside->empty())
      continue;
    std::string path = scratch.pathOf(*aside);
    result.bytes += measureRoot(path).value_or(RootSize()).own;
    llvm::consumeError(base::removeTree(path));
    ++result.roots;
    any = true;
  }
  return any;
}

void StoreCollector::countRoots(unsigned part) {
  auto& hours = usage.parts[part].roots;
  hours.clear();
  std::string group = store + "/roots/" + partName(part);
  Descriptor folder(::open(group.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder)
    return;
  for (const std::string& name : rootsIn(folder.get(), part)) {
    struct stat status;
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    auto size = measureRoot(group + "/" + name);
    hours[hourOf(milliseconds(status.st_atim), now)] +=
        {1, size ? size->share : bytesBelow(folder.get(), name)};
  }
}

/// When a root goes, the others have a larger share of what they had in common, and the pool has
/// names anywhere that only it had.
llvm::Error StoreCollector::sweepRoots(unsigned part, const SweepLimits& limits,
                                       SweepResult& result) {
  auto removedAny = removeRoots(part, limits, result);
  if (!removedAny)
    return removedAny.takeError();
  for (unsigned other = 0; other < PartCount; ++other) {
    if (other != part && !*removedAny)
      continue;
    auto freed = prunePool(store, other, scratch);
    if (!freed)
      return freed.takeError();
    result.bytes += *freed;
    countRoots(other);
  }
  return llvm::Error::success();
}

llvm::Error StoreCollector::sweep(unsigned part, const SweepLimits& limits, SweepResult& result) {
  assert(limits.usedBefore <= safeBefore && limits.treesBefore <= safeBefore);
  if (llvm::Error error = sweepBlobs(part, limits, result))
    return error;
  if (llvm::Error error = sweepTrees(part, limits, result))
    return error;
  if (llvm::Error error = sweepRoots(part, limits, result))
    return error;
  usage.parts[part].swept = now;
  return llvm::Error::success();
}

} // namespace pipec::cas
