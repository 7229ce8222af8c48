// Mounting of overlays from an unprivileged namespace, with their fall-backs.
//
// Layers are named by descriptor (`/proc/self/fd/N`): paths may hold `:` `,` and `\`, which mean
// something in the options, and a page is all that the options may take.
#include "runtime/sandbox/overlay_setup.h"

#include "runtime/sandbox/copy_tree.h"
#include "runtime/sandbox/root_plan.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// `/proc/self/fd/NN:` for each layer must fit into the options with the rest.
constexpr unsigned MaxLayers = 128;

struct Layers {
  const char* paths[MaxLayers];
  int descriptors[MaxLayers];
  unsigned count = 0;

  ~Layers() {
    for (unsigned index = 0; index < count; ++index)
      ::close(descriptors[index]);
  }

  bool add(const char* path, Failure& failure) {
    if (count == MaxLayers) {
      errno = 0;
      return failed(failure, "`work` has more than %u layers", MaxLayers);
    }
    int descriptor = ::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
      return failed(failure, "cannot open the layer `%s`", path);
    paths[count] = path;
    descriptors[count++] = descriptor;
    return true;
  }

  /// `lowerdir=…`, the topmost first; returns the length.
  size_t describe(char* options, size_t size) const {
    int length = std::snprintf(options, size, "userxattr,lowerdir=");
    for (unsigned index = 0; index < count; ++index)
      length += std::snprintf(options + length, size - static_cast<size_t>(length),
                              index ? ":/proc/self/fd/%d" : "/proc/self/fd/%d", descriptors[index]);
    return static_cast<size_t>(length);
  }
};

/// An overlay marks what it removed with `user.` attributes; a tmpfs before Linux 6.6 has none,
/// mounts all the same, and then cannot remove a folder.
bool hasUserAttributes(const char* folder) {
  const char* name = "user.overlay.pipec";
  if (::setxattr(folder, name, "y", 1, 0) != 0)
    return false;
  ::removexattr(folder, name);
  return true;
}

/// 0, or why not.
int mountWithUpper(const char* path, const Layers& layers, const char* folder, bool onDisk) {
  char upper[4096], work[4096];
  std::snprintf(upper, sizeof upper, "%s/upper", folder);
  std::snprintf(work, sizeof work, "%s/upper-work", folder);
  if ((::mkdir(upper, 0755) != 0 && errno != EEXIST) ||
      (::mkdir(work, 0755) != 0 && errno != EEXIST))
    return errno;
  // One answer for all tmpfs of this kernel; -1: not known yet.
  static int memoryHasAttributes = -1;
  bool attributes =
      onDisk || memoryHasAttributes < 0 ? hasUserAttributes(upper) : memoryHasAttributes != 0;
  if (!onDisk)
    memoryHasAttributes = attributes;
  if (!attributes)
    return EOPNOTSUPP;
  int upperDescriptor = ::open(upper, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int workDescriptor = ::open(work, O_PATH | O_DIRECTORY | O_CLOEXEC);
  char options[4096];
  size_t length = layers.describe(options, sizeof options);
  // volatile: the step's files are thrown away, so nothing waits for the disk.
  std::snprintf(options + length, sizeof options - length,
                ",upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d%s", upperDescriptor,
                workDescriptor, onDisk ? ",volatile" : "");
  int reason = 0;
  if (::mount("overlay", path, "overlay", MS_NOSUID | MS_NODEV, options) != 0)
    reason = errno;
  ::close(upperDescriptor);
  ::close(workDescriptor);
  return reason;
}

bool copyLayers(const char* path, const Layers& layers, Failure& failure) {
  const char* copy = "step/w";
  static_assert(std::string_view(staging::Step) == "step");
  if (::mkdir(copy, 0755) != 0 && errno != EEXIST)
    return failed(failure, "cannot make the folder of `/w`");
  for (unsigned index = layers.count; index > 0; --index) {
    CopyFailure reason;
    if (!copyTree(layers.paths[index - 1], copy, CopyOptions(), reason)) {
      errno = reason.errorNumber;
      return failed(failure, "cannot copy `%s/%s` to `/w`", layers.paths[index - 1], reason.path);
    }
  }
  return ::mount(copy, path, nullptr, MS_BIND, nullptr) == 0 || failed(failure, "cannot show `/w`");
}

struct HiddenNames {
  const char* names[4096];
  unsigned count = 0;
};

bool isHiddenName(const char* path, const void* context) {
  const auto* hidden = static_cast<const HiddenNames*>(context);
  return std::any_of(hidden->names, hidden->names + hidden->count,
                     [path](const char* name) { return std::strcmp(name, path) == 0; });
}

/// Whiteouts for all hidden names, in the folders that lead to them.
bool makeWhiteouts(const char* folder, const HiddenNames& hidden, Failure& failure) {
  for (unsigned index = 0; index < hidden.count; ++index) {
    char path[4096];
    std::snprintf(path, sizeof path, "%s/%s", folder, hidden.names[index]);
    for (char* slash = path + std::strlen(folder) + 1; (slash = std::strchr(slash, '/')); ++slash) {
      *slash = '\0';
      if (::mkdir(path, 0755) != 0 && errno != EEXIST)
        return failed(failure, "cannot make the folder `%s`", path);
      *slash = '/';
    }
    if (::mknod(path, S_IFCHR, 0) != 0)
      return failed(failure, "cannot hide `%s`", hidden.names[index]);
  }
  return true;
}

bool copyMasked(const char* path, const char* source, const char* made, const HiddenNames& hidden,
                Failure& failure) {
  CopyOptions options;
  options.skip = isHiddenName;
  options.context = &hidden;
  options.skipUnreadable = true;
  CopyFailure reason;
  if (!copyTree(source, path, options, reason) || !copyTree(made, path, CopyOptions(), reason)) {
    errno = reason.errorNumber;
    return failed(failure, "cannot copy `%s/%s`", source, reason.path);
  }
  return ::mount(path, path, nullptr, MS_BIND, nullptr) == 0 ||
         failed(failure, "cannot show `%s`", path);
}

} // namespace

bool setMountAttributes(const char* path, uint64_t attributes, bool recursive, Failure& failure) {
  mount_attr change = {};
  change.attr_set = attributes;
  return ::mount_setattr(AT_FDCWD, path, recursive ? AT_RECURSIVE : 0, &change, sizeof change) ==
             0 ||
         failed(failure, "cannot protect `%s`", path);
}

bool mountMask(const char* path, const char* source, bool mayCopy, MessageReader& items,
               uint64_t count, Failure& failure) {
  if (count == 0)
    return true;
  const char* made = items.text();
  static HiddenNames hidden;
  hidden.count = 0;
  for (; --count > 0;) {
    const char* name = items.text();
    if (hidden.count == std::size(hidden.names)) {
      errno = 0;
      return failed(failure, "`%s` has too many names to hide", source);
    }
    hidden.names[hidden.count++] = name;
  }
  {
    Layers layers;
    if (!layers.add(made, failure) || !layers.add(source, failure))
      return !mayCopy;
    char options[4096];
    layers.describe(options, sizeof options);
    // The copy is for both: marks that cannot be made, and an overlay of overlays that is too deep.
    bool overlaid = makeWhiteouts(made, hidden, failure) &&
                    ::mount("overlay", path, "overlay", MS_NOSUID | MS_NODEV, options) == 0;
    if (!overlaid && (!mayCopy || !copyMasked(path, source, made, hidden, failure)))
      return !mayCopy;
  }
  return setMountAttributes(path, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, false,
                            failure);
}

bool mountOverlay(const char* path, const char* scratch, uint64_t attributes, MessageReader& items,
                  uint64_t count, Failure& failure) {
  Layers layers;
  for (; count > 0; --count)
    if (!layers.add(items.text(), failure))
      return false;
  if (mountWithUpper(path, layers, staging::Step, /*onDisk=*/false) != 0 &&
      (!*scratch || mountWithUpper(path, layers, scratch, /*onDisk=*/true) != 0) &&
      !copyLayers(path, layers, failure))
    return false;
  return setMountAttributes(path, attributes, false, failure);
}

} // namespace pipec::sandbox
