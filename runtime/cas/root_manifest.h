// What is in a root file system: its list of entries. Private to this folder.
#pragma once

#include "compiler/base/digest.h"
#include "runtime/cas/disk.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::cas {

struct RootEntry {
  enum class Kind : char { File = 'f', Folder = 'd', Link = 'l' };

  std::string path; ///< relative to the root; `.` is the root itself
  Kind kind = Kind::File;
  uint32_t mode = 0;    ///< 07777
  uint64_t size = 0;    ///< bytes of a file, of a link's target; 0 for a folder
  int64_t modified = 0; ///< nanoseconds since the epoch
  std::string target;   ///< of a link
  base::Digest digest;  ///< of a file's content
  bool operator==(const RootEntry&) const = default;
};

/// The bytes of a `manifest`; the format is described in root_manifest.cpp. `entries` are sorted by
/// path.
std::string encodeManifest(llvm::ArrayRef<RootEntry> entries);
/// nullopt: not what encodeManifest wrote.
std::optional<std::vector<RootEntry>> decodeManifest(llvm::StringRef bytes);
/// The entries in the manifest `path`. nullopt: there is none, or a damaged one.
std::optional<std::vector<RootEntry>> readManifest(const std::string& path);

/// All that `status` says. False: it is neither a file nor a folder nor a link.
bool describeEntry(const struct stat& status, RootEntry& entry);

struct FoundEntry {
  RootEntry entry;
  struct stat status = {};
};
/// Everything in the folder `root` as it is now, the root first and the rest sorted by path; the
/// digests are not computed. Anything but files, folders and links is an error, and so is a folder
/// that its owner cannot write.
llvm::Expected<std::vector<FoundEntry>> walkRoot(const std::string& root);

/// Whether kind, mode, size and time of every entry are what the list says. A folder's own time
/// tells of names that came or went.
bool isAsListed(const std::string& root, llvm::ArrayRef<RootEntry> entries);

} // namespace pipec::cas
