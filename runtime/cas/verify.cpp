// Reading all of a store against its digests.
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/parallel.h"
#include "compiler/base/text.h"
#include "runtime/cas/collection.h"
#include "runtime/cas/disk.h"
#include "runtime/cas/frame.h"
#include "runtime/cas/ingest.h"
#include "runtime/cas/names.h"
#include "runtime/cas/overlay_blobs.h"
#include "runtime/cas/root_verify.h"
#include "runtime/cas/trees.h"

#include "llvm/ADT/STLExtras.h"

#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <unistd.h>

namespace pipec::cas {

using Kind = StoreProblem::Kind;
using Names = std::vector<std::pair<std::string, unsigned char>>;

namespace {

class Verification {
public:
  Verification(llvm::StringRef folder, bool shouldRepair)
      : store(folder.str()), repair(shouldRepair), boot(bootId()) {}
  llvm::Expected<VerifyResult> run();

private:
  llvm::Error blobsOf(unsigned part);
  llvm::Error treesOf(unsigned part);
  llvm::Error tree(unsigned part, const std::string& group, const std::string& name);
  llvm::Error poolOf(unsigned part);
  llvm::Error rootsOf(unsigned part);
  llvm::Error strays(const std::string& folder, llvm::function_ref<bool(llvm::StringRef)> isKnown);
  void found(Kind kind, const std::string& path);
  /// Builds go on meanwhile, and take away what they find to be damaged.
  bool isStillThere(const std::string& path) const {
    struct stat status;
    return ::lstat((store + "/" + path).c_str(), &status) == 0;
  }
  void count(uint64_t VerifyResult::*what, uint64_t bytes);
  /// Nothing there is no name. To look is not to use, if the owner looks.
  llvm::Expected<Names> names(const std::string& folder) const;

  std::string store;
  bool repair;
  std::string boot;
  FileDigestsByInode rootFiles;
  std::mutex mutex;
  VerifyResult result;
};

} // namespace

void Verification::found(Kind kind, const std::string& path) {
  bool gone = false;
  if (repair) {
    llvm::Error error = base::removeTree(store + "/" + path);
    gone = !error;
    llvm::consumeError(std::move(error));
  }
  std::lock_guard lock(mutex);
  result.problems.push_back({kind, path, gone});
}

void Verification::count(uint64_t VerifyResult::*what, uint64_t bytes) {
  std::lock_guard lock(mutex);
  ++(result.*what);
  result.bytes += bytes;
}

llvm::Expected<Names> Verification::names(const std::string& folder) const {
  Names names;
  std::string path = store + "/" + folder;
  static constexpr int Flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor open(::open(path.c_str(), Flags | O_NOATIME));
  if (!open && errno == EPERM)
    open = Descriptor(::open(path.c_str(), Flags));
  if (!open && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
    return names;
  if (!open || !readNames(open.get(), names))
    return base::systemError("cannot list `" + path + "`", errno);
  return names;
}

llvm::Error Verification::strays(const std::string& folder,
                                 llvm::function_ref<bool(llvm::StringRef)> isKnown) {
  auto all = names(folder);
  if (!all)
    return all.takeError();
  for (const auto& [name, type] : *all)
    if (!isKnown(name))
      found(Kind::StrayFile, folder.empty() ? name : folder + "/" + name);
  return llvm::Error::success();
}

/// nullopt: the open file of `size` bytes holds what has this hash.
static std::optional<Kind> problemOf(int file, uint64_t size, const base::Sha256& hash) {
  auto header = frameHeaderOf(file);
  if (header) {
    base::Hasher hasher;
    bool whole = readFrame(file, [&](llvm::StringRef piece) {
      hasher.update(piece);
      return true;
    });
    if (whole && hasher.digest().hash == hash)
      return std::nullopt;
    ::lseek(file, 0, SEEK_SET);
  }
  base::Digest actual;
  bool writing;
  if (hashFile(file, -1, actual, writing) && actual.hash == hash)
    return std::nullopt;
  return size == 0 || (header && header->fileSize != size) ? Kind::CutBlob : Kind::DamagedBlob;
}

llvm::Error Verification::blobsOf(unsigned part) {
  std::string folder = "blobs/" + partName(part);
  auto all = names(folder);
  if (!all)
    return all.takeError();
  for (const auto& [name, type] : *all) {
    std::string path = folder + "/" + name;
    auto hash = name.size() == NameDigits ? hashOfName(part, name) : std::nullopt;
    Descriptor file(
        hash ? ::open((store + "/" + path).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
             : -1);
    if (hash && !file && errno == ENOENT)
      continue; // collected meanwhile
    struct stat status;
    if (!hash || (!file && errno == ELOOP) ||
        (file && ::fstat(file.get(), &status) == 0 && !S_ISREG(status.st_mode))) {
      found(Kind::StrayFile, path);
      continue;
    }
    if (!file)
      return base::systemError("cannot read `" + store + "/" + path + "`", errno);
    auto size = static_cast<uint64_t>(status.st_size);
    if (auto problem = problemOf(file.get(), size, *hash))
      found(*problem, path);
    count(&VerifyResult::blobs, size);
  }
  return llvm::Error::success();
}

/// Hashes a tree as if it were to be stored.
llvm::Error Verification::tree(unsigned part, const std::string& group, const std::string& name) {
  std::string path = group + "/" + name;
  auto hash = name.size() == NameDigits + 2 ? hashOfName(part, name) : std::nullopt;
  llvm::StringRef suffix = llvm::StringRef(name).substr(NameDigits);
  if (!hash || (suffix != ".d" && suffix != ".f" && suffix != ".x")) {
    found(Kind::StrayFile, path);
    return llvm::Error::success();
  }
  OverlayBlobs digests(nullptr);
  auto content = ingestPath(digests, store + "/" + path, /*consume=*/false);
  EntryKind kind = suffix == ".d"   ? EntryKind::Directory
                   : suffix == ".x" ? EntryKind::Executable
                                    : EntryKind::File;
  if (!content || content->kind != kind || content->digest.hash != *hash)
    found(Kind::DamagedTree, path);
  if (!content)
    llvm::consumeError(content.takeError());
  count(&VerifyResult::trees, 0);
  return llvm::Error::success();
}

llvm::Error Verification::treesOf(unsigned part) {
  std::string group = "trees/" + boot + "/" + partName(part);
  auto all = names(group);
  if (!all)
    return all.takeError();
  for (const auto& [name, type] : *all)
    if (llvm::Error error = tree(part, group, name))
      return error;
  return llvm::Error::success();
}

/// What the roots share; a file that is not what its name says is damaged in each of them as well.
llvm::Error Verification::poolOf(unsigned part) {
  std::string group = "root-files/" + partName(part);
  auto all = names(group);
  if (!all)
    return all.takeError();
  Descriptor folder(
      ::open((store + "/" + group).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  for (const auto& [name, type] : *all) {
    std::string path = group + "/" + name;
    auto parsed = PoolName::parse(part, name);
    if (!parsed)
      found(Kind::StrayFile, path);
    else if (!verifyPoolFile(folder.get(), name, *parsed, rootFiles) && isStillThere(path))
      found(Kind::DamagedRoot, path);
  }
  return llvm::Error::success();
}

llvm::Error Verification::rootsOf(unsigned part) {
  std::string group = "roots/" + partName(part);
  auto all = names(group);
  if (!all)
    return all.takeError();
  for (const auto& [name, type] : *all) {
    std::string path = group + "/" + name;
    if (name.size() != NameDigits || !hashOfName(part, name)) {
      found(Kind::StrayFile, path);
      continue;
    }
    auto bytes = verifyRoot(store + "/" + path, rootFiles);
    if (!bytes && !isStillThere(path))
      continue;
    count(&VerifyResult::roots, bytes.value_or(0));
    if (!bytes)
      found(Kind::DamagedRoot, path);
    else if (llvm::Error error = strays(path, [](llvm::StringRef inRoot) {
               return inRoot == "root" || inRoot == "manifest";
             }))
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<VerifyResult> Verification::run() {
  auto isPart = [](llvm::StringRef name) {
    return name.size() == 2 && llvm::all_of(name, [](char c) {
             return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
  };
  static constexpr llvm::StringLiteral Known[] = {"format",     "blobs",   "trees",         "roots",
                                                  "root-files", "tmp",     "lease",         "usage",
                                                  "collected",  "cleared", "collector.lock"};
  if (llvm::Error error =
          strays("", [](llvm::StringRef name) { return llvm::is_contained(Known, name); }))
    return error;
  for (const std::string& folder :
       {std::string("blobs"), "trees/" + boot, std::string("roots"), std::string("root-files")})
    if (llvm::Error error = strays(folder, isPart))
      return error;
  if (llvm::Error error = base::forEachItem(PartCount, [&](size_t part) -> llvm::Error {
        if (llvm::Error failed = blobsOf(static_cast<unsigned>(part)))
          return failed;
        if (llvm::Error failed = treesOf(static_cast<unsigned>(part)))
          return failed;
        return poolOf(static_cast<unsigned>(part));
      }))
    return error;
  if (llvm::Error error = base::forEachItem(
          PartCount, [&](size_t part) { return rootsOf(static_cast<unsigned>(part)); }))
    return error;
  llvm::sort(result.problems,
             [](const StoreProblem& a, const StoreProblem& b) { return a.path < b.path; });
  return std::move(result);
}

llvm::Expected<VerifyResult> verifyStore(llvm::StringRef store, bool repair) {
  return Verification(store, repair).run();
}

} // namespace pipec::cas
