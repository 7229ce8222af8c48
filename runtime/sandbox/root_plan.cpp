// The decisions about a step's root: what is shown, where, and how.
#include "runtime/sandbox/root_plan.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/sandbox/certificates_plan.h"
#include "runtime/sandbox/etc_plan.h"
#include "runtime/sandbox/host_folder_plan.h"
#include "runtime/sandbox/image_root.h"
#include "runtime/sandbox/step_environment.h"
#include "runtime/sandbox/work_plan.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <set>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// A file up to this size is copied into `/i`; a mount costs more than so many bytes.
constexpr off_t SmallFile = 16 * 1024;

constexpr uint64_t ReadOnly = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
constexpr uint64_t Plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

std::string inBase(const llvm::Twine& path) {
  return (staging::Base + llvm::Twine("/") + path).str();
}
std::string inStep(const llvm::Twine& path) {
  return (staging::Step + llvm::Twine("/") + path).str();
}
/// `path` starts with `/`.
std::string inRoot(const llvm::Twine& path) {
  return (staging::Root + path).str();
}

bool exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

/// The kind of thing `path` is, followed; fails if there is nothing.
llvm::Expected<struct stat> look(const std::string& path, const char* what) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0)
    return base::systemError(llvm::Twine("cannot show ") + what + " `" + path + "` to a step",
                             errno);
  return status;
}

class PlanBuilder {
public:
  RootPlan plan;

  void directory(std::string path, unsigned mode = 0755) {
    if (made.insert(path).second)
      plan.push_back({OperationKind::MakeDirectory, std::move(path), "", mode});
  }
  void parentOf(llvm::StringRef path) { directory(llvm::sys::path::parent_path(path).str()); }
  void file(std::string path, std::string content, unsigned mode) {
    plan.push_back({OperationKind::WriteFile, std::move(path), std::move(content), mode});
  }
  void link(std::string path, std::string target) {
    plan.push_back({OperationKind::Symlink, std::move(path), std::move(target)});
  }
  void bind(std::string source, std::string path, uint64_t attributes) {
    plan.push_back({OperationKind::Bind, std::move(path), std::move(source), attributes});
  }
  /// A mount point for `source` first, then the mount.
  void bindNew(const std::string& source, const std::string& path, bool isDirectory,
               uint64_t attributes) {
    if (isDirectory) {
      directory(path);
    } else {
      parentOf(path);
      file(path, "", 0644);
    }
    bind(source, path, attributes);
  }
  void attributes(std::string path, uint64_t attributes, bool recursive) {
    plan.push_back(
        {OperationKind::SetAttributes, std::move(path), "", attributes,
         recursive ? std::vector<std::string>{"recursive"} : std::vector<std::string>{}});
  }

private:
  std::set<std::string> made;
};

/// `/bin`, `/lib64` and the like, as they are on the host: links into /usr, or folders.
std::vector<std::string> systemFolders() {
  std::vector<std::string> names;
  for (const char* name : {"bin", "lib", "lib32", "lib64", "libx32", "sbin"})
    if (exists(std::string("/") + name))
      names.push_back(name);
  return names;
}

bool isLink(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

void planDevices(PlanBuilder& builder) {
  std::string dev = inBase("dev");
  builder.directory(dev);
  // On itself: only a mount can be read-only where it is shown in a root.
  builder.bind(dev, dev, 0);
  for (const char* name : {"null", "zero", "full", "random", "urandom"})
    builder.bindNew(std::string("/dev/") + name, dev + "/" + name, false, 0);
  builder.link(dev + "/fd", "/proc/self/fd");
  builder.link(dev + "/stdin", "/proc/self/fd/0");
  builder.link(dev + "/stdout", "/proc/self/fd/1");
  builder.link(dev + "/stderr", "/proc/self/fd/2");
  builder.directory(dev + "/shm");
  builder.attributes(dev, ReadOnly, true);
}

/// What is laid over things: a mount of them is read-only because they are.
void planCovers(PlanBuilder& builder) {
  builder.directory(staging::EmptyFolder, 0555);
  builder.file(staging::EmptyFile, "", 0444);
  std::string folder = llvm::sys::path::parent_path(staging::EmptyFolder).str();
  builder.bind(folder, folder, ReadOnly | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

llvm::Error planHostSystem(PlanBuilder& builder) {
  builder.directory(inStep("root"));
  builder.bind(inStep("root"), staging::Root, Plain);
  builder.directory(inRoot("/usr"));
  builder.bind(inBase("usr"), inRoot("/usr"), 0);
  for (const std::string& name : systemFolders()) {
    if (isLink("/" + name)) {
      llvm::Expected<std::string> target = base::makeRealFileSystem()->readLink("/" + name);
      if (!target)
        return target.takeError();
      builder.link(inRoot("/" + name), *target);
    } else {
      builder.bindNew(inBase(name), inRoot("/" + name), true, 0);
    }
  }
  builder.directory(inRoot("/etc"));
  builder.bind(inBase("etc"), inRoot("/etc"), 0);
  return llvm::Error::success();
}

bool isPlainRelative(llvm::StringRef path) {
  if (path.empty() || path.starts_with("/"))
    return false;
  llvm::SmallVector<llvm::StringRef, 8> components;
  path.split(components, '/');
  return llvm::none_of(components,
                       [](llvm::StringRef c) { return c.empty() || c == "." || c == ".."; });
}

llvm::Error checkHostPath(const std::string& path) {
  if (!llvm::StringRef(path).starts_with("/") || !isPlainRelative(llvm::StringRef(path).substr(1)))
    return base::usageError("`" + path + "` cannot be shown to a step: not a plain absolute path");
  std::vector<llvm::StringRef> places(std::begin(OwnPlaces), std::end(OwnPlaces));
  places.push_back("/sys"); // no step has one
  for (llvm::StringRef own : places)
    if (own != "/tmp" && (path == own || llvm::StringRef(path).starts_with((own + "/").str())))
      return base::usageError("`" + path + "` cannot be shown to a step: `" + own +
                              "` is the step's own");
  if (path == "/tmp" || path == "/usr" || path == "/etc")
    return base::usageError("`" + path + "` cannot be shown to a step: it has one of its own");
  return llvm::Error::success();
}

/// A folder with places that an image does not have, to be laid over it.
class MissingPlaces {
public:
  MissingPlaces(PlanBuilder& planBuilder, std::string imageRoot)
      : builder(planBuilder), image(std::move(imageRoot)) {}

  const std::string folder = inStep("places");
  bool any = false;

  llvm::Error add(const std::string& path, bool isFolder) {
    llvm::Expected<bool> there = hasMountPoint(image, path, isFolder);
    if (!there || *there)
      return there.takeError();
    any = true;
    if (isFolder) {
      builder.directory(folder + path);
      return llvm::Error::success();
    }
    builder.parentOf(folder + path);
    builder.file(folder + path, "", 0644);
    return llvm::Error::success();
  }

private:
  PlanBuilder& builder;
  std::string image;
};

/// One mount, as an image's root is kept the way steps see it, unless something of the host comes
/// to places that it does not have.
llvm::Error planImage(PlanBuilder& builder, const Spawn& spawn) {
  MissingPlaces missing(builder, spawn.imageRoot);
  for (const HostPath& host : spawn.hostPaths) {
    if (llvm::Error error = checkHostPath(host.path))
      return error;
    if (llvm::StringRef(host.path).starts_with("/tmp/"))
      continue; // can be written as long as the root is made
    llvm::Expected<struct stat> status = look(host.path, "the path");
    if (!status)
      return status.takeError();
    if (llvm::Error error = missing.add(host.path, S_ISDIR(status->st_mode)))
      return error;
  }
  std::vector<std::string> certificates;
  if (spawn.network == Network::Host)
    certificates = certificatePlaces(spawn.imageRoot);
  for (const std::string& path : certificates)
    if (llvm::Error error = missing.add(path, /*isFolder=*/false))
      return error;
  if (missing.any)
    builder.plan.push_back(
        {OperationKind::Mask, staging::Root, spawn.imageRoot, 0, {missing.folder}});
  else
    builder.bind(spawn.imageRoot, staging::Root, ReadOnly | MOUNT_ATTR_NODEV);
  planCertificates(builder.plan, spawn.imageRoot, certificates);
  return llvm::Error::success();
}

llvm::Error planInputs(PlanBuilder& builder, const Spawn& spawn) {
  builder.directory(inRoot("/i"));
  builder.directory(inStep("i"));
  builder.bind(inStep("i"), inRoot("/i"), Plain);
  for (const SpawnInput& input : spawn.inputs) {
    if (!isPlainRelative(input.path))
      return base::usageError("`" + input.path + "` is no path below `/i`");
    llvm::Expected<struct stat> status = look(input.hostPath, "the input");
    if (!status)
      return status.takeError();
    std::string path = inRoot("/i/" + input.path);
    if (!input.isDirectory && S_ISREG(status->st_mode) && status->st_size <= SmallFile) {
      builder.parentOf(path);
      builder.plan.push_back(
          {OperationKind::CopyFile, path, input.hostPath, status->st_mode & 0111 ? 0755u : 0644u});
    } else {
      builder.bindNew(input.hostPath, path, input.isDirectory, 0);
    }
  }
  builder.attributes(inRoot("/i"), MOUNT_ATTR_RDONLY | Plain, true);
  return llvm::Error::success();
}

llvm::Error planHostPaths(PlanBuilder& builder, const Spawn& spawn) {
  bool localIsOpen = !spawn.imageRoot.empty(), localIsOwn = false;
  for (const HostPath& host : spawn.hostPaths) {
    if (llvm::Error error = checkHostPath(host.path))
      return error;
    llvm::Expected<struct stat> status = look(host.path, "the path");
    if (!status)
      return status.takeError();
    // The empty /usr/local is everyone's: a step that gets something in it needs one of its own.
    if (llvm::StringRef(host.path).starts_with("/usr/local/") && !localIsOpen) {
      builder.directory(inStep("local"));
      builder.bind(inStep("local"), inRoot("/usr/local"), Plain);
      localIsOpen = localIsOwn = true;
    }
    bool isFolder = S_ISDIR(status->st_mode);
    if (isFolder && !host.writable) {
      builder.directory(inRoot(host.path));
      planReadableFolder(builder.plan, host.path);
      continue;
    }
    builder.bindNew(host.path, inRoot(host.path), isFolder,
                    host.writable ? Plain : Plain | MOUNT_ATTR_RDONLY);
  }
  if (localIsOwn)
    builder.attributes(inRoot("/usr/local"), MOUNT_ATTR_RDONLY, false);
  return llvm::Error::success();
}

llvm::Error planSecrets(PlanBuilder& builder, const Spawn& spawn) {
  if (spawn.secretFiles.empty())
    return llvm::Error::success();
  std::string folder = inStep("secrets");
  builder.directory(folder, 0700);
  for (const SecretFile& secret : spawn.secretFiles) {
    if (!isPlainRelative(secret.name))
      return base::usageError("`" + secret.name + "` is no name of a secret file");
    builder.parentOf(folder + "/" + secret.name);
    builder.file(folder + "/" + secret.name, secret.content, 0400);
  }
  builder.directory(inRoot(SecretsFolder), 0700);
  builder.bind(folder, inRoot(SecretsFolder), MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC | Plain);
  return llvm::Error::success();
}

/// What a step sees of /proc besides processes: what programs look at to learn what the machine can
/// do and how busy it is. Everything else is about the machine and its users.
constexpr llvm::StringLiteral VisibleInProc[] = {
    "buddyinfo", "cgroups",     "config.gz", "consoles",    "cpuinfo", "crypto",   "devices",
    "dma",       "execdomains", "fb",        "filesystems", "loadavg", "meminfo",  "misc",
    "mounts",    "net",         "self",      "softirqs",    "stat",    "swaps",    "sys",
    "sysvipc",   "thread-self", "uptime",    "version",     "vmstat",  "zoneinfo",
};

/// The names of /proc that a step must not see, those of folders with a `/` at the end. A user's
/// step cannot read what nobody may.
std::vector<std::string> hiddenInProc() {
  std::vector<std::string> names;
  DIR* stream = ::opendir("/proc");
  while (const dirent* entry = stream ? ::readdir(stream) : nullptr) {
    llvm::StringRef name(entry->d_name);
    struct stat status;
    if (name.starts_with(".") || llvm::isDigit(name.front()) ||
        llvm::is_contained(VisibleInProc, name) ||
        ::fstatat(::dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        S_ISLNK(status.st_mode) || (::geteuid() != 0 && (status.st_mode & 0007) == 0))
      continue;
    names.push_back(S_ISDIR(status.st_mode) ? (name + "/").str() : name.str());
  }
  if (stream)
    ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

/// As root a step's user owns /proc's settings, and writing them needs no capability: kernel
/// parameters, for one, would let it out.
void planProc(PlanBuilder& builder) {
  static const std::vector<std::string> hidden = hiddenInProc();
  builder.directory(inRoot("/proc"));
  builder.plan.push_back(
      {OperationKind::Proc, inRoot("/proc"), "", ::geteuid() == 0 ? 1u : 0u, hidden});
}

void planOutputs(PlanBuilder& builder, const Spawn& spawn) {
  builder.directory(inRoot("/o"));
  if (!spawn.outputDirectory.empty())
    builder.bind(spawn.outputDirectory, inRoot("/o"), Plain);
  if (!spawn.reportDirectory.empty()) {
    builder.directory(inRoot("/report"));
    builder.bind(spawn.reportDirectory, inRoot("/report"), Plain);
  }
}

void planTemporary(PlanBuilder& builder) {
  builder.directory(inStep("tmp"), 01777);
  builder.directory(inStep("tmp/home"));
  builder.directory(inRoot("/tmp"));
  builder.bind(inStep("tmp"), inRoot("/tmp"), Plain);
  builder.directory(inStep("shm"), 01777);
  builder.bind(inStep("shm"), inRoot("/dev/shm"), Plain | MOUNT_ATTR_NOEXEC);
}

} // namespace

llvm::Expected<RootPlan> planBase() {
  PlanBuilder builder;
  builder.directory(inBase("empty"));
  builder.bindNew("/usr", inBase("usr"), true, 0);
  if (exists("/usr/local"))
    builder.bind(inBase("empty"), inBase("usr/local"), 0);
  builder.attributes(inBase("usr"), ReadOnly, true);
  for (const std::string& name : systemFolders())
    if (!isLink("/" + name))
      builder.bindNew("/" + name, inBase(name), true, ReadOnly);
  if (llvm::Error error = planEtc(builder.plan, "/etc", inBase("etc-made"), inBase("etc")))
    return error;
  planDevices(builder);
  planCovers(builder);
  builder.directory(staging::Step);
  builder.directory(staging::Root);
  return std::move(builder.plan);
}

llvm::Expected<RootPlan> planRoot(const Spawn& spawn) {
  PlanBuilder builder;
  builder.plan.push_back({OperationKind::Tmpfs, staging::Step, ""});
  if (llvm::Error error =
          spawn.imageRoot.empty() ? planHostSystem(builder) : planImage(builder, spawn))
    return error;
  if (spawn.network == Network::Host)
    planHostNames(builder.plan);
  builder.directory(inRoot("/dev"));
  builder.bind(inBase("dev"), inRoot("/dev"), 0);
  planTemporary(builder);
  if (llvm::Error error = planInputs(builder, spawn))
    return error;
  builder.directory(inRoot("/w"));
  if (llvm::Error error = planWork(builder.plan, spawn, inRoot("/w")))
    return error;
  planOutputs(builder, spawn);
  if (llvm::Error error = planHostPaths(builder, spawn))
    return error;
  if (llvm::Error error = planSecrets(builder, spawn))
    return error;
  planProc(builder);
  builder.attributes(staging::Root, ReadOnly | MOUNT_ATTR_NODEV, false);
  return std::move(builder.plan);
}

void encodePlan(MessageWriter& message, const RootPlan& plan) {
  message.number(plan.size());
  for (const Operation& operation : plan) {
    message.number(static_cast<uint64_t>(operation.kind));
    message.text(operation.path);
    message.text(operation.source);
    message.number(operation.source.size());
    message.number(operation.flags);
    message.number(operation.items.size());
    for (const std::string& item : operation.items)
      message.text(item);
  }
}

} // namespace pipec::sandbox
