// Asking an open folder whose it is.
#include "runtime/folder/own_folder.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"
#include "runtime/folder/descriptor.h"
#include "runtime/folder/files.h"
#include "runtime/folder/held.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::folder {

namespace path = llvm::sys::path;

std::optional<User> userOf(uid_t number) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/etc/passwd", "re"), std::fclose);
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  while (file && ::fgetpwent_r(file.get(), &entry, buffer, sizeof buffer, &found) == 0)
    if (found->pw_uid == number)
      return User{found->pw_name, found->pw_dir};
  return std::nullopt;
}

std::string ownerName(uid_t owner) {
  std::string number = "uid " + std::to_string(owner);
  auto user = userOf(owner);
  return user ? base::printable(user->name) + " (" + number + ")" : number;
}

static bool isInGroup(gid_t group) {
  if (group == ::getegid())
    return true;
  int count = ::getgroups(0, nullptr);
  llvm::SmallVector<gid_t, 32> groups(count > 0 ? static_cast<size_t>(count) : 0);
  count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  return count > 0 && llvm::is_contained(llvm::ArrayRef(groups.data(), count), group);
}

/// A folder that its group shares says so by its mode: 2770.
static bool isGroups(const struct stat& status) {
  return (status.st_mode & S_ISGID) && (status.st_mode & 0070) == 0070 &&
         !(status.st_mode & 0007) && (isInGroup(status.st_gid) || ::geteuid() == status.st_uid);
}

static llvm::Error checkOwner(const std::string& shown, const struct stat& status,
                              llvm::StringRef name) {
  if (status.st_uid == ::geteuid())
    return llvm::Error::success();
  return base::worldError(
      name + " `" + shown + "` belongs to " + ownerName(status.st_uid) + ", and you are " +
      ownerName(::geteuid()) +
      ": pipec believes and writes only what is yours; name another folder, or make it yours with "
      "`chown -R " +
      std::to_string(::geteuid()) + " " + shown + "`");
}

static llvm::Error checkMode(const std::string& shown, const struct stat& status,
                             const Demand& demand) {
  bool isOpen = status.st_mode & 0022;
  if (demand.othersMayWrite)
    *demand.othersMayWrite = isOpen;
  if (!isOpen || demand.othersMayWrite)
    return llvm::Error::success();
  return base::worldError((status.st_mode & 0002 ? "others may" : "its group may") +
                          llvm::Twine(" write to ") + demand.name + " `" + shown +
                          "`, so what is in it may be theirs; if you believe it all the same, type "
                          "`chmod -R go-w " +
                          shown + "`, else remove it");
}

/// What pipec makes at the top of its folders; such a folder may be closed to others.
static bool looksLikePipecs(const std::string& held) {
  auto names = list(held);
  if (!names) {
    llvm::consumeError(names.takeError());
    return false;
  }
  return names->empty() || llvm::any_of(*names, [](const base::DirectoryEntry& entry) {
           return llvm::is_contained({"cas", "actions.db", "state.db", "history.db"}, entry.name);
         });
}

/// A file system in memory that was just mounted: empty, and with the mode of /tmp unless somebody
/// has said otherwise. There is nothing in it yet that others could have written.
static bool isNewFileSystem(const std::string& place, const struct stat& status) {
  if ((status.st_mode & 07777) != 01777)
    return false;
  auto names = list(place);
  bool isEmpty = names && names->empty();
  llvm::consumeError(names.takeError());
  return isEmpty;
}

/// Of `folder` as far as it is there, the rest as named.
static std::string withoutLinks(llvm::StringRef folder) {
  llvm::SmallString<256> real;
  if (!llvm::sys::fs::real_path(folder, real))
    return real.str().str();
  llvm::StringRef parent = path::parent_path(folder);
  if (parent.empty() || parent == folder)
    return folder.str();
  real = withoutLinks(parent);
  path::append(real, path::filename(folder));
  return real.str().str();
}

static bool isOwnLink(const struct stat& status) {
  return status.st_uid == ::geteuid() || status.st_uid == 0;
}

std::string resolve(llvm::StringRef folder) {
  llvm::SmallString<256> place(withoutLinks(path::parent_path(folder)));
  path::append(place, path::filename(folder));
  struct stat status;
  if (::lstat(place.c_str(), &status) == 0 && S_ISLNK(status.st_mode) && isOwnLink(status))
    return withoutLinks(place);
  return place.str().str();
}

static llvm::Error refuseLink(const std::string& place, const struct stat& status,
                              const Demand& demand) {
  return base::worldError(demand.name + " `" + base::printable(place) + "` is a symbolic link" +
                          (isOwnLink(status) ? "" : " of " + ownerName(status.st_uid)) +
                          ", and pipec follows none to what it keeps; remove the link");
}

llvm::Expected<std::optional<std::string>> hold(llvm::StringRef folder, const Demand& demand) {
  std::string place = demand.mayBeLink ? resolve(folder) : folder.str();
  static constexpr int Flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor open(::open(place.c_str(), Flags));
  if (!open && errno == ENOENT && demand.make) {
    if (llvm::Error error = makeFolders(place))
      llvm::consumeError(std::move(error)); // whoever writes there tells it
    open = Descriptor(::open(place.c_str(), Flags));
  }
  struct stat status;
  if (!open) {
    if (::lstat(place.c_str(), &status) != 0)
      return std::nullopt;
    if (S_ISLNK(status.st_mode))
      return refuseLink(place, status, demand);
    if (!S_ISDIR(status.st_mode))
      return base::worldError(demand.name + " `" + base::printable(place) + "` is no folder");
    return std::nullopt; // it may not be read, which whoever reads there tells
  }
  if (::fstat(open.get(), &status) != 0)
    return std::nullopt;
  std::string shown = base::printable(place);
  bool isShared = demand.mayBeGroups && isGroups(status);
  bool isNew = isNewFileSystem(place, status);
  if (!isShared) {
    if (llvm::Error error = checkOwner(shown, status, demand.name))
      return error;
    if (!isNew)
      if (llvm::Error error = checkMode(shown, status, demand))
        return error;
  }
  Descriptor held(::fcntl(open.get(), F_DUPFD_CLOEXEC, 0));
  addHeld(place, open.release(), isShared);
  bool mayOnlyBeRead = (status.st_mode & 0077) && !(status.st_mode & 0022);
  if (demand.make && !isShared && (isNew || mayOnlyBeRead) && looksLikePipecs(place))
    ::fchmod(held.get(), status.st_mode & 0700);
  return place;
}

llvm::Error refuseLinks(const std::string& folder, llvm::ArrayRef<std::string> below) {
  std::vector<std::string> places = {folder};
  for (const std::string& one : below)
    places.push_back(folder + "/" + one);
  for (const std::string& place : places) {
    struct stat status;
    if (!lookAt(place, status))
      continue;
    if (!S_ISDIR(status.st_mode))
      return base::worldError("`" + base::printable(place) + "` is no folder; remove it");
    auto entries = list(place);
    if (!entries)
      return entries.takeError();
    for (const base::DirectoryEntry& entry : *entries)
      if (entry.kind == base::FileKind::Symlink)
        return base::worldError("`" + base::printable(place + "/" + entry.name) +
                                "` is a symbolic link, and pipec makes and follows none there; "
                                "remove it");
  }
  return llvm::Error::success();
}

} // namespace pipec::folder
