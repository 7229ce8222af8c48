// What a step's /etc holds and hides.
#include "runtime/sandbox/etc_plan.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/sandbox/step_environment.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// Of the machine or its owner: accounts, identity, keys, and settings that would change what tools
/// do. A `*` at the end stands for any ending.
constexpr llvm::StringLiteral HiddenNames[] = {
    "adjtime",  "crypttab",    "environment", "environment.d", "fstab",    "gitconfig", "group-",
    "gshadow*", "localtime",   "machine-id",  "npmrc",         "passwd-",  "pip.conf",  "shadow*",
    "ssh",      "ssl/private", "subgid*",     "subuid*",       "sudoers*", "timezone",
};

struct MadeUpFile {
  llvm::StringLiteral name;
  llvm::StringLiteral content;
};

constexpr MadeUpFile MadeUpFiles[] = {
    {"passwd", "root:x:0:0:root:/root:/usr/sbin/nologin\n"
               "pipec:x:1000:1000:pipec:/tmp/home:/bin/sh\n"
               "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
    {"group", "root:x:0:\npipec:x:1000:\nnogroup:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost pipec\n::1 localhost ip6-localhost ip6-loopback\n"},
    {"hostname", "pipec\n"},
    {"nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
                      "networks: files\nprotocols: files\nservices: files\nethers: files\n"
                      "rpc: files\n"},
    // Empty: no name server is reached without a network. With one, the host's lies over it.
    {"resolv.conf", ""},
};

bool isHidden(const std::string& relative) {
  for (llvm::StringRef name : HiddenNames)
    if (name.ends_with("*") ? llvm::StringRef(relative).starts_with(name.drop_back())
                            : relative == name)
      return true;
  return false;
}

bool isMadeUp(const std::string& relative) {
  return std::any_of(std::begin(MadeUpFiles), std::end(MadeUpFiles),
                     [&](const MadeUpFile& file) { return relative == file.name; });
}

/// Whether users in general may read it; links are judged by what they point to, elsewhere.
bool everyoneMayRead(const struct stat& status) {
  if (S_ISLNK(status.st_mode))
    return true;
  mode_t needed = S_ISDIR(status.st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
  return (status.st_mode & needed) == needed;
}

/// Collects what below `directory` must be hidden. `prefix` is empty or ends in `/`.
llvm::Error collectHidden(int directory, const std::string& shown, const std::string& prefix,
                          std::vector<std::string>& hidden) {
  DIR* stream = ::fdopendir(directory);
  if (!stream) {
    int reason = errno;
    ::close(directory);
    return base::systemError("cannot list `" + shown + prefix + "`", reason);
  }
  auto close = llvm::make_scope_exit([&] { ::closedir(stream); });
  while (const dirent* entry = ::readdir(stream)) {
    llvm::StringRef name(entry->d_name);
    if (name == "." || name == "..")
      continue;
    std::string relative = prefix + name.str();
    struct stat status;
    if (isMadeUp(relative) || ::fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
      continue;
    if (isHidden(relative) || !everyoneMayRead(status)) {
      hidden.push_back(std::move(relative));
    } else if (S_ISDIR(status.st_mode)) {
      int child =
          ::openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child < 0)
        hidden.push_back(std::move(relative));
      else if (llvm::Error error = collectHidden(child, shown, relative + "/", hidden))
        return error;
    }
  }
  return llvm::Error::success();
}

void planBoundFile(RootPlan& plan, const std::string& name, std::string content) {
  std::string copy = std::string(staging::Step) + "/" + name;
  plan.push_back({OperationKind::WriteFile, copy, std::move(content), 0644});
  plan.push_back({OperationKind::Bind, std::string(staging::Root) + "/etc/" + name, copy,
                  MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV});
}

} // namespace

llvm::Error planEtc(RootPlan& plan, llvm::StringRef source, llvm::StringRef made,
                    llvm::StringRef path) {
  plan.push_back({OperationKind::MakeDirectory, path.str(), "", 0755});
  plan.push_back({OperationKind::MakeDirectory, made.str(), "", 0755});
  for (const MadeUpFile& file : MadeUpFiles)
    plan.push_back(
        {OperationKind::WriteFile, (made + "/" + file.name).str(), file.content.str(), 0644});
  Operation mask{OperationKind::Mask, path.str(), source.str(), 0, {made.str()}};
  int directory = ::open(source.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return base::systemError("cannot list `" + source + "`", errno);
  std::vector<std::string> hidden;
  if (llvm::Error error = collectHidden(directory, source.str() + "/", "", hidden))
    return error;
  std::sort(hidden.begin(), hidden.end());
  mask.items.insert(mask.items.end(), hidden.begin(), hidden.end());
  plan.push_back(std::move(mask));
  return llvm::Error::success();
}

std::string contentOrNothing(llvm::StringRef path) {
  llvm::Expected<std::string> content = base::makeRealFileSystem()->read(path);
  if (content)
    return *content;
  llvm::consumeError(content.takeError());
  return {};
}

llvm::StringRef madeUpFile(llvm::StringRef name) {
  for (const MadeUpFile& file : MadeUpFiles)
    if (file.name == name)
      return file.content;
  llvm_unreachable("no such file is made up");
}

std::string withStepUser(llvm::StringRef name, llvm::StringRef own) {
  llvm::StringRef madeUp = madeUpFile(name);
  if (own.empty())
    return madeUp.str();
  std::string prefix = std::string(StepUser) + ":", text;
  llvm::SmallVector<llvm::StringRef, 32> lines;
  madeUp.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines)
    if (line.starts_with(prefix))
      text += line.str() + "\n";
  lines.clear();
  own.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines)
    if (!line.starts_with(prefix))
      text += line.str() + "\n";
  return text;
}

void planHostNames(RootPlan& plan) {
  std::string hosts = contentOrNothing("/etc/hosts");
  if (!hosts.empty() && hosts.back() != '\n')
    hosts += '\n';
  planBoundFile(plan, "hosts", hosts + "127.0.1.1 " + StepHostName + "\n");
  planBoundFile(plan, "resolv.conf", contentOrNothing("/etc/resolv.conf"));
}

} // namespace pipec::sandbox
