// An entry, version 1: `pipec-workspace 1`, the stamp of git's index, and the root of the
// workspace, each on a line of its own; the root to the end, because names may have line breaks.
#include "runtime/workspace/known_folders.h"

#include "compiler/base/error.h"
#include "runtime/folder/files.h"
#include "runtime/folder/own_folder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cassert>
#include <cstdlib>
#include <sys/random.h>
#include <unistd.h>
#include <vector>

namespace pipec::workspace {

static constexpr llvm::StringLiteral Heading = "pipec-workspace 1\n";

std::optional<KnownFolder> decodeKnownFolder(llvm::StringRef text) {
  if (!text.consume_front(Heading) || !text.contains('\n'))
    return std::nullopt;
  auto [stamp, root] = text.split('\n');
  return KnownFolder{root.str(), stamp.str()};
}

std::string encodeKnownFolder(const KnownFolder& known) {
  return Heading.str() + known.gitIndex + "\n" + known.root;
}

std::string newFolderId() {
  unsigned char bytes[16];
  [[maybe_unused]] int failed = ::getentropy(bytes, sizeof bytes);
  assert(failed == 0 && "Linux gives as few bytes always");
  return llvm::toHex(llvm::ArrayRef(bytes), /*LowerCase=*/true);
}

bool isFolderId(llvm::StringRef text) {
  return text.size() == 32 &&
         llvm::all_of(text, [](char c) { return llvm::isDigit(c) || (c >= 'a' && c <= 'f'); });
}

// ---- where ---------------------------------------------------------------------

/// With sudo, HOME may be another user's, who could not use what root makes there.
static bool isOwn(const std::string& home) {
  struct stat status;
  return llvm::StringRef(home).starts_with("/") && ::stat(home.c_str(), &status) == 0 &&
         S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

/// In the order in which they are tried.
static std::vector<std::string> candidates() {
  std::vector<std::string> places;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state == '/')
    places.push_back(std::string(state) + "/pipec");
  const char* home = std::getenv("HOME");
  if (home && isOwn(home))
    places.push_back(std::string(home) + "/.local/state/pipec");
  else if (auto user = folder::userOf(::geteuid()); user && isOwn(user->home))
    places.push_back(user->home + "/.local/state/pipec");
  places.push_back("/var/tmp/pipec-" + std::to_string(::geteuid()));
  return places;
}

static llvm::Expected<std::optional<std::string>> holdEntries(const std::string& place, bool make) {
  folder::Demand demand{"the folder of what pipec knows of workspaces"};
  demand.make = make;
  demand.mayBeLink = true;
  auto held = folder::hold(place, demand);
  if (held && *held)
    **held += "/workspaces";
  return held;
}

std::optional<KnownFolder> findKnownFolder(llvm::StringRef id) {
  if (!isFolderId(id))
    return std::nullopt;
  for (const std::string& place : candidates()) {
    auto entries = holdEntries(place, /*make=*/false);
    if (!entries || !*entries) {
      llvm::consumeError(entries.takeError());
      continue;
    }
    static constexpr uint64_t Longest = 64 * 1024;
    auto text = folder::read(**entries + "/" + id.str(), Longest);
    if (text && *text)
      return decodeKnownFolder(**text);
    llvm::consumeError(text.takeError());
  }
  return std::nullopt;
}

// ---- forgetting ----------------------------------------------------------------

/// Whether the workspace of an entry still has the `.pipec` with its number.
static bool isThere(const std::string& id) {
  auto known = findKnownFolder(id);
  if (!known)
    return false;
  auto there = folder::read(known->root + "/.pipec/id", 64);
  if (there)
    return *there && llvm::StringRef(**there).trim() == id;
  llvm::consumeError(there.takeError());
  return true; // nobody can tell
}

static void forgetGone(const std::string& entries) {
  static constexpr size_t Many = 1000;
  auto names = folder::list(entries);
  if (!names)
    return llvm::consumeError(names.takeError());
  if (names->size() < Many)
    return;
  for (const base::DirectoryEntry& entry : *names)
    if (isFolderId(entry.name) && !isThere(entry.name))
      folder::unlinkFile(entries + "/" + entry.name);
}

llvm::Error noteKnownFolder(llvm::StringRef id, const KnownFolder& known) {
  llvm::Error problems = llvm::Error::success();
  for (const std::string& place : candidates()) {
    auto entries = holdEntries(place, /*make=*/true);
    if (!entries) {
      problems = llvm::joinErrors(std::move(problems), entries.takeError());
      continue;
    }
    if (!*entries)
      continue;
    forgetGone(**entries);
    llvm::Error error = folder::write(**entries + "/" + id.str(), encodeKnownFolder(known));
    if (!error) {
      llvm::consumeError(std::move(problems));
      return error;
    }
    problems = llvm::joinErrors(std::move(problems), std::move(error));
  }
  if (problems)
    return problems;
  return base::worldError("no folder for it can be made; set XDG_STATE_HOME");
}

} // namespace pipec::workspace
