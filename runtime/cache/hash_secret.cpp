// Making and reading the secret.
#include "runtime/cache/hash_secret.h"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::cache {

/// nullopt: there is none, or it is not this user's alone.
static std::optional<base::HashSecret> read(const std::string& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0)
    return std::nullopt;
  char bytes[base::HashSecret::Size];
  struct stat status;
  bool whole = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
               status.st_uid == ::geteuid() && (status.st_mode & 0077) == 0 &&
               status.st_size == static_cast<off_t>(sizeof bytes) &&
               ::read(file, bytes, sizeof bytes) == static_cast<ssize_t>(sizeof bytes);
  ::close(file);
  return whole ? std::optional(base::HashSecret::from({bytes, sizeof bytes})) : std::nullopt;
}

/// Writes it whole under another name first: whoever finds the file finds all of it, and of two
/// that make it at once the first one's stays.
static void keep(const std::string& path, const base::HashSecret& secret) {
  std::string temporary = path + "." + std::to_string(::getpid());
  ::unlink(temporary.c_str());
  int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  bool whole = ::write(file, secret.bytes().data(), secret.bytes().size()) ==
               static_cast<ssize_t>(secret.bytes().size());
  whole &= ::close(file) == 0;
  if (whole && ::link(temporary.c_str(), path.c_str()) != 0 && errno == EEXIST && !read(path))
    ::rename(temporary.c_str(), path.c_str()); // what is there is of no use
  ::unlink(temporary.c_str());
}

base::HashSecret hashSecretOf(llvm::StringRef folder, Access access) {
  std::string path = folder.str() + "/secret";
  if (auto kept = read(path))
    return *kept;
  base::HashSecret made = base::HashSecret::random();
  if (access == Access::ReadOnly)
    return made;
  keep(path, made);
  return read(path).value_or(made);
}

} // namespace pipec::cache
