// The usual path holds no link, which the kernel can promise in one call; only where it cannot are
// the components walked one by one.
#include "runtime/cache/repository.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pipec::cache {

/// How many links one path may lead through: the kernel's own number.
static constexpr unsigned MaxLinks = 40;

bool isHidden(llvm::StringRef name) {
  return name == ".git" || name == ".pipec";
}

llvm::Expected<Repository> Repository::open(llvm::StringRef root) {
  llvm::SmallString<256> canonical;
  if (std::error_code code = llvm::sys::fs::real_path(root, canonical))
    return base::worldError("cannot open the repository `" + root + "`: " + code.message());
  int descriptor = ::open(canonical.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return base::systemError("cannot open the repository `" + root + "`", errno);
  return Repository(canonical.str().str(), root.rtrim('/').str(), descriptor);
}

Repository::Repository(Repository&& other) noexcept
    : folder(std::move(other.folder)), named(std::move(other.named)),
      descriptor(std::exchange(other.descriptor, -1)) {}

Repository::~Repository() {
  if (descriptor >= 0)
    ::close(descriptor);
}

std::string Repository::absolute(llvm::StringRef path) const {
  return path == "." ? folder : (folder + "/" + path).str();
}

static llvm::Error unreadable(llvm::StringRef path, int reason) {
  return base::systemError("cannot look at `" + base::printable(path) + "`", reason);
}

static bool isNothing(int reason) {
  return reason == ENOENT || reason == ENOTDIR;
}

llvm::Expected<std::optional<struct stat>> Repository::status(const std::string& path) const {
  struct stat status;
  if (::fstatat(descriptor, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    return status;
  if (isNothing(errno))
    return std::nullopt;
  return unreadable(path, errno);
}

/// `a/b` from `./a//b/`; `.` if nothing is left.
static std::string plain(llvm::ArrayRef<llvm::StringRef> parts) {
  return parts.empty() ? "." : llvm::join(parts, "/");
}

llvm::Expected<std::optional<Found>> Repository::find(llvm::StringRef path) const {
  llvm::SmallVector<llvm::StringRef, 16> parts;
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  llvm::erase(parts, ".");
  if (path.starts_with("/") || llvm::is_contained(parts, ".."))
    return base::usageError("`" + base::printable(path) + "` leaves the repository");
  if (llvm::any_of(parts, isHidden))
    return std::nullopt;
  std::string name = plain(parts);
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
  int found = static_cast<int>(::syscall(SYS_openat2, descriptor, name.c_str(), &how, sizeof(how)));
  if (found < 0)
    return isNothing(errno) ? llvm::Expected<std::optional<Found>>(std::nullopt)
                            : findThroughLinks(name);
  Found result{std::move(name), {}};
  int failed = ::fstat(found, &result.status);
  int reason = errno;
  ::close(found);
  if (failed != 0)
    return unreadable(path, reason);
  return result;
}

std::optional<llvm::StringRef> Repository::inside(llvm::StringRef target) const {
  for (llvm::StringRef root : {llvm::StringRef(folder), llvm::StringRef(named)})
    if (llvm::StringRef rest = target;
        rest.consume_front(root) && (rest.empty() || rest.front() == '/' || root == "/"))
      return rest;
  return std::nullopt;
}

static llvm::Expected<std::string> readLink(int folder, const std::string& path) {
  std::string target(4096, '\0'); // PATH_MAX: no link's text is longer
  ssize_t size = ::readlinkat(folder, path.c_str(), target.data(), target.size());
  if (size < 0)
    return unreadable(path, errno);
  target.resize(static_cast<size_t>(size));
  return target;
}

/// The walk of a path component by component: how far it has come, and what is still to go.
struct Repository::Walk {
  std::vector<std::string> here; ///< none of them a link
  std::vector<std::string> rest; ///< the next one last

  void push(llvm::StringRef more) {
    llvm::SmallVector<llvm::StringRef, 16> parts;
    more.split(parts, '/', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef part : llvm::reverse(parts))
      if (part != ".")
        rest.push_back(part.str());
  }
  std::string next() {
    std::string name = std::move(rest.back());
    rest.pop_back();
    return name;
  }
  std::string current() const { return here.empty() ? "." : llvm::join(here, "/"); }
};

/// Goes from the link that was just found to its target. False: that is outside.
llvm::Expected<bool> Repository::follow(Walk& walk) const {
  auto target = readLink(descriptor, walk.current());
  if (!target)
    return target.takeError();
  walk.here.pop_back();
  llvm::StringRef next(*target);
  if (next.starts_with("/")) {
    auto relative = inside(next);
    if (!relative)
      return false;
    walk.here.clear();
    next = *relative;
  }
  walk.push(next);
  return true;
}

llvm::Expected<std::optional<Found>> Repository::findThroughLinks(llvm::StringRef path) const {
  auto leaves = [&] {
    return base::usageError("`" + base::printable(path) + "` is a link out of the repository");
  };
  Walk walk;
  walk.push(path);
  unsigned links = 0;
  while (!walk.rest.empty()) {
    std::string name = walk.next();
    if (isHidden(name))
      return std::nullopt;
    if (name == "..") {
      if (walk.here.empty())
        return leaves();
      walk.here.pop_back();
      continue;
    }
    walk.here.push_back(std::move(name));
    auto found = status(walk.current());
    if (!found || !*found)
      return found ? llvm::Expected<std::optional<Found>>(std::nullopt) : found.takeError();
    if (!S_ISLNK((*found)->st_mode))
      continue;
    if (++links > MaxLinks)
      return base::usageError("`" + base::printable(path) + "` leads through a cycle of links");
    auto followed = follow(walk);
    if (!followed)
      return followed.takeError();
    if (!*followed)
      return leaves();
  }
  std::string resolved = walk.current();
  auto final = status(resolved);
  if (!final)
    return final.takeError();
  if (!*final)
    return std::nullopt;
  return Found{std::move(resolved), **final};
}

} // namespace pipec::cache
