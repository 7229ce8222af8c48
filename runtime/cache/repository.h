// Repository: finding what a named path of the repository is, links included. Private to this
// folder.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

#include <sys/stat.h>

namespace pipec::cache {

/// Where a named path leads: a path relative to the root in which nothing is a link.
struct Found {
  std::string path; ///< `.` for the root
  struct stat status;
};

/// Pipec's own state and git's are never seen, wherever they stand.
bool isHidden(llvm::StringRef name);

class Repository {
public:
  static llvm::Expected<Repository> open(llvm::StringRef root);
  Repository(Repository&& other) noexcept;
  Repository& operator=(Repository&&) = delete;
  ~Repository();

  /// nullopt: nothing there, or hidden. Links are followed; one that leads out of the root, and a
  /// cycle of them, is a usage error.
  llvm::Expected<std::optional<Found>> find(llvm::StringRef path) const;
  /// nullopt: nothing there. Follows nothing; `path` comes from `find` or from listing a folder.
  llvm::Expected<std::optional<struct stat>> status(const std::string& path) const;
  std::string absolute(llvm::StringRef path) const;
  const std::string& root() const { return folder; }

private:
  Repository(std::string canonical, std::string asNamed, int open)
      : folder(std::move(canonical)), named(std::move(asNamed)), descriptor(open) {}

  struct Walk;

  llvm::Expected<std::optional<Found>> findThroughLinks(llvm::StringRef path) const;
  llvm::Expected<bool> follow(Walk& walk) const;
  /// Where an absolute link target lies in the repository; nullopt: outside.
  std::optional<llvm::StringRef> inside(llvm::StringRef target) const;

  std::string folder;
  std::string named;
  int descriptor;
};

} // namespace pipec::cache
