// Digests of the package database, os-release, the folders of PATH, and single tools.
//
// `<state directory>/sandbox/root` is text: `version 1`, then for each answer a line with the
// digest, the stamp and the question, separated by tabs. Anything else in it counts as nothing.
#include "runtime/sandbox/root_identity.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/fingerprint.h"
#include "runtime/folder/files.h"
#include "runtime/sandbox/step_environment.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <sys/stat.h>

namespace pipec::sandbox {

namespace {

constexpr llvm::StringLiteral Header = "version 1\n";

/// What the package managers keep their state in; the ones that exist count.
constexpr const char* PackageDatabases[] = {
    "/var/lib/dpkg/status",
    "/lib/apk/db/installed",
    "/usr/lib/sysimage/rpm/rpmdb.sqlite",
    "/usr/lib/sysimage/rpm/Packages.db",
    "/var/lib/rpm/rpmdb.sqlite",
    "/var/lib/rpm/Packages",
    "/var/lib/pacman/local",
};

/// Empty if there is nothing.
std::string stampOf(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0)
    return {};
  std::string stamp;
  for (uint64_t part :
       {static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino),
        static_cast<uint64_t>(status.st_size), static_cast<uint64_t>(status.st_mode),
        static_cast<uint64_t>(status.st_mtim.tv_sec), static_cast<uint64_t>(status.st_mtim.tv_nsec),
        static_cast<uint64_t>(status.st_ctim.tv_sec),
        static_cast<uint64_t>(status.st_ctim.tv_nsec)})
    stamp += llvm::utohexstr(part) + ".";
  return stamp;
}

/// PATH's folders, without those that are another one by a link (`/bin` on most systems).
std::vector<std::string> pathFolders() {
  llvm::SmallVector<llvm::StringRef, 8> names;
  llvm::StringRef(StepPath).split(names, ':');
  std::vector<std::string> folders;
  std::vector<std::pair<dev_t, ino_t>> seen;
  for (llvm::StringRef name : names) {
    struct stat status;
    if (::stat(name.str().c_str(), &status) != 0 ||
        llvm::is_contained(seen, std::make_pair(status.st_dev, status.st_ino)))
      continue;
    seen.push_back({status.st_dev, status.st_ino});
    folders.push_back(name.str());
  }
  return folders;
}

/// Name, kind, size and time of everything in `folder`, links followed.
llvm::Error addFolder(base::FieldSink& sink, base::FileSystem& files, const std::string& folder) {
  llvm::Expected<std::vector<base::DirectoryEntry>> entries = files.list(folder);
  if (!entries)
    return entries.takeError();
  for (const base::DirectoryEntry& entry : *entries) {
    std::string path = folder + "/" + entry.name;
    llvm::Expected<std::optional<base::FileStatus>> status = files.status(path);
    if (!status)
      return status.takeError();
    std::string value = "-";
    if (*status)
      value = llvm::utostr((*status)->size) + " " + llvm::itostr((*status)->modified) + " " +
              llvm::utohexstr((*status)->mode);
    sink.field(path, value, {});
  }
  return llvm::Error::success();
}

llvm::Error addContent(base::FieldSink& sink, base::FileSystem& files, const std::string& path) {
  llvm::Expected<std::optional<base::FileStatus>> status = files.status(path);
  if (!status)
    return status.takeError();
  if (!*status)
    return llvm::Error::success();
  if ((*status)->kind == base::FileKind::Directory)
    return addFolder(sink, files, path);
  llvm::Expected<std::string> content = files.read(path);
  if (!content)
    return content.takeError();
  sink.field(path, base::digestOf(*content));
  return llvm::Error::success();
}

llvm::Expected<base::Digest> computeFingerprint() {
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();
  base::FingerprintHasher hasher;
  hasher.field("path", llvm::StringRef(StepPath), {});
  for (const char* database : PackageDatabases)
    if (llvm::Error error = addContent(hasher, *files, database))
      return error;
  if (llvm::Error error = addContent(hasher, *files, "/etc/os-release"))
    return error;
  for (const std::string& folder : pathFolders())
    if (llvm::Error error = addFolder(hasher, *files, folder))
      return error;
  return hasher.digest();
}

/// Where `program` really is, if a step could execute it from there.
std::optional<std::string> resolve(llvm::StringRef program) {
  auto usable = [](const std::string& path) -> std::optional<std::string> {
    char* real = ::realpath(path.c_str(), nullptr);
    if (!real)
      return std::nullopt;
    std::string result = real;
    ::free(real);
    struct stat status;
    bool isFile = ::stat(result.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                  (status.st_mode & 0111) != 0;
    // A step's root has the system's folders, and of these not /usr/local.
    llvm::StringRef place(result);
    bool isShown =
        !place.starts_with("/usr/local/") &&
        (place.starts_with("/usr/") || place.starts_with("/bin/") || place.starts_with("/sbin/") ||
         place.starts_with("/lib") || place.starts_with("/etc/"));
    return isFile && isShown ? std::optional(result) : std::nullopt;
  };
  if (program.contains('/'))
    return program.starts_with("/") ? usable(program.str()) : std::nullopt;
  if (program.empty())
    return std::nullopt;
  for (const std::string& folder : pathFolders())
    if (std::optional<std::string> found = usable(folder + "/" + program.str()))
      return found;
  return std::nullopt;
}

} // namespace

RootIdentity::RootIdentity(llvm::StringRef stateDirectory)
    : path(stateDirectory.empty() ? "" : (stateDirectory + "/sandbox/root").str()) {}

void RootIdentity::load() {
  if (loaded || path.empty())
    return;
  loaded = true;
  auto content = folder::read(path);
  if (!content || !*content)
    return llvm::consumeError(content.takeError());
  llvm::StringRef rest(**content);
  if (!rest.consume_front(Header))
    return;
  while (!rest.empty()) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    auto [digest, stampAndQuestion] = line.split('\t');
    auto [stamp, question] = stampAndQuestion.split('\t');
    if (std::optional<base::Digest> value = base::Digest::fromName(digest);
        value && !question.empty())
      answers[question.str()] = {stamp.str(), *value};
  }
}

/// What cannot be written is computed again next time.
void RootIdentity::save() {
  if (path.empty())
    return;
  std::string content = Header.str();
  for (const auto& [question, remembered] : answers)
    content += remembered.digest.name() + "\t" + remembered.stamp + "\t" + question + "\n";
  llvm::consumeError(folder::write(path, content));
}

template <class Compute>
llvm::Expected<base::Digest> RootIdentity::answer(const std::string& question,
                                                  const std::string& stamp, Compute compute) {
  load();
  auto found = answers.find(question);
  if (found != answers.end() && found->second.stamp == stamp)
    return found->second.digest;
  llvm::Expected<base::Digest> digest = compute();
  if (!digest)
    return digest.takeError();
  answers[question] = {stamp, *digest};
  save();
  return *digest;
}

llvm::Expected<base::Digest> RootIdentity::fingerprint() {
  std::lock_guard lock(mutex);
  if (seenRoot)
    return *seenRoot;
  std::string stamp;
  for (const char* database : PackageDatabases)
    stamp += stampOf(database) + "/";
  stamp += stampOf("/etc/os-release");
  for (const std::string& folder : pathFolders())
    stamp += "/" + stampOf(folder);
  llvm::Expected<base::Digest> digest = answer("root", stamp, computeFingerprint);
  if (digest)
    seenRoot = *digest;
  return digest;
}

llvm::Expected<std::optional<base::Digest>> RootIdentity::toolDigest(llvm::StringRef program) {
  std::lock_guard lock(mutex);
  if (auto seen = seenTools.find(program); seen != seenTools.end())
    return seen->second;
  std::optional<std::string> place = resolve(program);
  if (!place)
    return seenTools[program] = std::nullopt;
  llvm::Expected<base::Digest> digest =
      answer("tool " + *place, stampOf(*place), [&]() -> llvm::Expected<base::Digest> {
        llvm::Expected<std::string> content = base::makeRealFileSystem()->read(*place);
        if (!content)
          return content.takeError();
        return base::digestOf(*content);
      });
  if (!digest)
    return digest.takeError();
  return seenTools[program] = *digest;
}

} // namespace pipec::sandbox
