// Which folders become the layers of `/w`.
#include "runtime/sandbox/work_plan.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/sandbox/copy_tree.h"

#include "llvm/Support/Path.h"

#include <algorithm>
#include <cerrno>
#include <sys/mount.h>
#include <sys/stat.h>

namespace pipec::sandbox {

namespace {

bool exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

llvm::Error copyInto(const std::string& source, const std::string& destination, bool link) {
  if (llvm::Error error = base::makeDirectories(llvm::sys::path::parent_path(destination)))
    return error;
  CopyFailure failure;
  struct stat status;
  if (::stat(source.c_str(), &status) != 0) {
    failure.errorNumber = errno;
  } else if (S_ISDIR(status.st_mode)) {
    CopyOptions options;
    options.link = link;
    if (copyTree(source.c_str(), destination.c_str(), options, failure))
      return llvm::Error::success();
  } else {
    failure.errorNumber = copyFile(source.c_str(), destination.c_str(), status.st_mode & 0777);
    if (failure.errorNumber == 0)
      return llvm::Error::success();
  }
  return base::systemError("cannot copy `" + source + (failure.path[0] ? "/" : "") + failure.path +
                               "` to `" + destination + "`",
                           failure.errorNumber);
}

/// `X` if the layer's folder is `X/<path>` and there is nothing else in `X`, so that `X` shows the
/// layer in its place.
llvm::Expected<std::optional<std::string>> wrapperOf(const WorkLayer& layer) {
  llvm::StringRef host(layer.hostPath);
  if (!host.consume_back(layer.path) || !host.consume_back("/") || host.empty())
    return std::nullopt;
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();
  llvm::SmallVector<llvm::StringRef, 4> components;
  llvm::StringRef(layer.path).split(components, '/');
  std::string folder = host.str();
  for (llvm::StringRef component : components) {
    llvm::Expected<std::vector<base::DirectoryEntry>> entries = files->list(folder);
    if (!entries)
      return entries.takeError();
    if (entries->size() != 1 || entries->front().name != component)
      return std::nullopt;
    folder += "/" + component.str();
  }
  return host.str();
}

llvm::Expected<std::string> lowerFor(const Spawn& spawn, const WorkLayer& layer, size_t number) {
  if (layer.path.empty())
    return layer.hostPath;
  llvm::Expected<std::optional<std::string>> ready = wrapperOf(layer);
  if (!ready)
    return ready.takeError();
  if (*ready)
    return **ready;
  std::string wrapper = spawn.scratchDirectory + "/layer" + std::to_string(number);
  if (exists(wrapper))
    if (llvm::Error error = base::removeTree(wrapper))
      return error;
  if (llvm::Error error = copyInto(layer.hostPath, wrapper + "/" + layer.path, /*link=*/true))
    return error;
  return wrapper;
}

/// Whether an earlier layer has something at the path of layer `number`. It is replaced, not
/// merged.
bool coversSomething(const Spawn& spawn, size_t number) {
  llvm::StringRef path(spawn.work[number].path);
  for (size_t earlier = 0; earlier < number; ++earlier) {
    const WorkLayer& below = spawn.work[earlier];
    llvm::StringRef rest = path;
    if (below.path.empty() || (rest.consume_front(below.path) && rest.consume_front("/"))) {
      if (exists(below.hostPath + "/" + rest.str()))
        return true;
    } else if (path == below.path || llvm::StringRef(below.path).starts_with((path + "/").str())) {
      return true;
    }
  }
  return false;
}

} // namespace

llvm::Error planWork(RootPlan& plan, const Spawn& spawn, llvm::StringRef path) {
  constexpr uint64_t Attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  const std::string step = staging::Step;
  if (spawn.work.empty()) {
    plan.push_back({OperationKind::MakeDirectory, step + "/w", "", 0755});
    plan.push_back({OperationKind::Bind, path.str(), step + "/w", Attributes});
    return llvm::Error::success();
  }
  // Where an upper layer on disk would be; an earlier root may have left one.
  for (const char* name : {"/upper", "/upper-work"})
    if (exists(spawn.scratchDirectory + name))
      if (llvm::Error error = base::removeTree(spawn.scratchDirectory + name))
        return error;
  Operation overlay{OperationKind::Overlay, path.str(), spawn.scratchDirectory, Attributes};
  for (size_t number = 0; number < spawn.work.size(); ++number) {
    const WorkLayer& layer = spawn.work[number];
    if (!layer.path.empty() && coversSomething(spawn, number)) {
      std::string cover = step + "/cover" + std::to_string(number);
      plan.push_back({OperationKind::Whiteout, cover + "/" + layer.path, ""});
      overlay.items.push_back(cover);
    }
    llvm::Expected<std::string> lower = lowerFor(spawn, layer, number);
    if (!lower)
      return lower.takeError();
    overlay.items.push_back(std::move(*lower));
  }
  std::reverse(overlay.items.begin(), overlay.items.end());
  plan.push_back(std::move(overlay));
  return llvm::Error::success();
}

llvm::Error copyWork(const Spawn& spawn, const std::string& path) {
  if (llvm::Error error = base::makeDirectories(path))
    return error;
  for (const WorkLayer& layer : spawn.work) {
    std::string place = layer.path.empty() ? path : path + "/" + layer.path;
    if (!layer.path.empty())
      if (llvm::Error error = base::removeTree(place))
        return error;
    if (llvm::Error error = copyInto(layer.hostPath, place, /*link=*/false))
      return error;
  }
  return llvm::Error::success();
}

} // namespace pipec::sandbox
