// The folders that pipec keeps things in: whose they are, and how what is below them is named.
//
// A folder is held: it is opened once, without following a link, its owner and mode are asked of
// the open folder, and it stays open as long as the process lives. Whoever names a file below it by
// its path (files.h, SQLite) reaches it from that descriptor, so neither the folder nor anything
// between it and the file can be exchanged for another one meanwhile.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

#include <sys/stat.h>

namespace pipec::folder {

struct Demand {
  llvm::StringRef name;     ///< for messages: "the cache"
  bool make = false;        ///< it and the folders above it, with mode 0700
  bool mayBeLink = false;   ///< one that this user or root has made
  bool mayBeGroups = false; ///< mode 2770: all of its group may write, and files in it are 0660
  bool* othersMayWrite = nullptr; ///< if given, that they may is told here and is no error
};

/// The path by which a folder is held: without links, but for one in its place that another user
/// has made. What is not there yet is named as it is.
std::string resolve(llvm::StringRef path);

/// Holds the folder at `path`. Returns its path without links, by which everything below is named.
/// nullopt: there is none, and it was not to be made or cannot be. An error of the world that names
/// the remedy: it is a link, it is another user's, or others may write to it. One that others may
/// only read is closed to them, once, if it is to be written, and empty or full of pipec's things.
llvm::Expected<std::optional<std::string>> hold(llvm::StringRef path, const Demand& demand);

/// What /etc/passwd has of a user.
struct User {
  std::string name;
  std::string home;
};
std::optional<User> userOf(uid_t number);
/// Whether the folder at `path` is held.
bool isHeld(const std::string& path);
/// Lets go of a folder that nobody uses any more: descriptors are few.
void letGo(const std::string& path);

/// `alice (uid 1000)`, or the number alone.
std::string ownerName(uid_t owner);

/// An error that names the first link among what is in the folder at `path`, or in any of `below`,
/// each a path below it: what pipec makes there are none. What is not there is no error.
llvm::Error refuseLinks(const std::string& path, llvm::ArrayRef<std::string> below);

} // namespace pipec::folder
