// Asking the user database, through `id`: a static program cannot load the modules of
// nsswitch.conf.
#include "runtime/host/user.h"

#include "compiler/base/error.h"
#include "runtime/host/command.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <pwd.h>
#include <unistd.h>

namespace pipec::host {

static std::optional<std::string> ask(const std::vector<std::string>& words) {
  auto result = runCommand(words);
  if (!result) {
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }
  return result->exitCode == 0 ? std::optional(std::move(result->output)) : std::nullopt;
}

/// Most users are in the file, which is quicker than a process.
static std::optional<std::string> nameInFile(uid_t uid) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/etc/passwd", "re"), std::fclose);
  if (!file)
    return std::nullopt;
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  while (::fgetpwent_r(file.get(), &entry, buffer, sizeof buffer, &found) == 0)
    if (found->pw_uid == uid)
      return found->pw_name;
  return std::nullopt;
}

std::string currentUser() {
  uid_t uid = ::getuid();
  if (auto name = nameInFile(uid))
    return *name;
  if (auto name = ask({"id", "-un", std::to_string(uid)}))
    return llvm::StringRef(*name).rtrim('\n').str();
  return "uid " + std::to_string(uid);
}

bool isMember(llvm::StringRef user, llvm::StringRef group) {
  auto groups = ask({"id", "-Gnz", "--", user.str()});
  if (!groups)
    return false;
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(*groups).split(names, '\0', -1, /*KeepEmpty=*/false);
  return llvm::is_contained(names, group);
}

} // namespace pipec::host
