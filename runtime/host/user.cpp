// Asking the user database, through `getent` and `id`: a static program cannot load the modules of
// nsswitch.conf.
#include "runtime/host/user.h"

#include "compiler/base/error.h"
#include "runtime/host/command.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdio>
#include <fcntl.h>
#include <linux/magic.h>
#include <memory>
#include <optional>
#include <pwd.h>
#include <set>
#include <sys/vfs.h>
#include <unistd.h>

namespace pipec::host {

static std::optional<std::string> ask(const std::vector<std::string>& words) {
  auto result = runCommand(words, systemEnvironment());
  if (!result) {
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }
  return result->exitCode == 0 ? std::optional(std::move(result->output)) : std::nullopt;
}

// ---- numbers -------------------------------------------------------------------

bool isIdentity(llvm::StringRef uidMap) {
  llvm::SmallVector<llvm::StringRef> words;
  uidMap.trim().split(words, ' ', -1, /*KeepEmpty=*/false);
  return llvm::ArrayRef(words) == llvm::ArrayRef<llvm::StringRef>({"0", "0", "4294967295"});
}

/// The text of a file below /proc; nullopt if what is there is of another file system, which
/// somebody has put over it.
static std::optional<std::string> textInProc(const char* path) {
  int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  struct statfs where;
  std::string text(4096, '\0');
  ssize_t size = -1;
  if (descriptor >= 0 && ::fstatfs(descriptor, &where) == 0 && where.f_type == PROC_SUPER_MAGIC)
    size = ::read(descriptor, text.data(), text.size());
  if (descriptor >= 0)
    ::close(descriptor);
  if (size < 0)
    return std::nullopt;
  text.resize(static_cast<size_t>(size));
  return text;
}

/// Whether the uid is the one that the machine knows, and not one that whoever made a user
/// namespace has given to this process.
static bool isKnownToMachine() {
  std::optional<std::string> map = textInProc("/proc/self/uid_map");
  return map && isIdentity(*map);
}

// ---- names ---------------------------------------------------------------------

/// The number in the third field of what the database says first of `name`.
static std::optional<uint32_t> numberOf(llvm::StringRef database, llvm::StringRef name) {
  auto line = ask({"getent", database.str(), "--", name.str()});
  if (!line)
    return std::nullopt;
  llvm::SmallVector<llvm::StringRef> fields;
  llvm::StringRef(*line).split('\n').first.split(fields, ':');
  uint32_t number = 0;
  // A key of digits is a number, whoever is called like that.
  if (fields.size() < 3 || fields[0] != name || fields[2].getAsInteger(10, number))
    return std::nullopt;
  return number;
}

/// Most users are in the file, which is quicker than a process. Empty: it does not have the number.
/// nullopt: the name that it has for the number is, further up, that of another one.
static std::optional<std::string> nameInFile(uid_t uid) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/etc/passwd", "re"), std::fclose);
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  std::set<std::string> others;
  while (file && ::fgetpwent_r(file.get(), &entry, buffer, sizeof buffer, &found) == 0) {
    if (found->pw_uid != uid)
      others.insert(found->pw_name);
    else if (others.count(found->pw_name))
      return std::nullopt;
    else
      return found->pw_name;
  }
  return std::string();
}

std::string currentUser() {
  uid_t uid = ::getuid();
  std::string number = "uid " + std::to_string(uid);
  if (!isKnownToMachine())
    return number + " in a user namespace";
  std::optional<std::string> name = nameInFile(uid);
  if (!name || !name->empty())
    return name.value_or(number);
  auto line = ask({"getent", "passwd", "--", std::to_string(uid)});
  if (!line)
    return number;
  name = llvm::StringRef(*line).split(':').first.str();
  return numberOf("passwd", *name) == uid ? *name : number;
}

llvm::Expected<std::string> answeringUser(llvm::StringRef doing) {
  if (!isKnownToMachine())
    return base::usageError("`" + doing +
                            "` is recorded with who does it, which cannot be told in a user "
                            "namespace (a rootless container, `unshare --user`): there, anybody "
                            "can have any number; run it outside of it");
  return currentUser();
}

bool isMember(llvm::StringRef user, llvm::StringRef group) {
  std::optional<uint32_t> wanted = numberOf("group", group);
  auto groups = wanted ? ask({"id", "-G", "--", user.str()}) : std::nullopt;
  if (!groups)
    return false;
  llvm::SmallVector<llvm::StringRef> numbers;
  llvm::StringRef(*groups).trim().split(numbers, ' ', -1, /*KeepEmpty=*/false);
  return llvm::is_contained(numbers, std::to_string(*wanted));
}

} // namespace pipec::host
