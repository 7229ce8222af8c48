// What the tests of stores share.
#pragma once

#include "runtime/cas/content_store.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <map>

namespace pipec::test {

inline cas::Content fileOf(cas::ContentStore& store, const std::string& bytes,
                           cas::EntryKind kind = cas::EntryKind::File) {
  return {kind, get(store.putBytes(bytes))};
}

/// A tree from paths to bytes; a path that ends in `/` is an empty folder, `x:` before the bytes
/// makes it executable, `->` a link.
inline base::Digest treeOf(cas::ContentStore& store,
                           const std::map<std::string, std::string>& files) {
  std::vector<cas::Placement> placements{
      {".", {cas::EntryKind::Directory, get(store.putDirectory({}))}}};
  for (auto [path, bytes] : files) {
    cas::Content content;
    llvm::StringRef text(bytes);
    if (llvm::StringRef(path).ends_with("/"))
      content = {cas::EntryKind::Directory, get(store.putDirectory({}))};
    else if (text.consume_front("x:"))
      content = fileOf(store, text.str(), cas::EntryKind::Executable);
    else if (text.consume_front("->"))
      content = fileOf(store, text.str(), cas::EntryKind::Symlink);
    else
      content = fileOf(store, bytes);
    placements.push_back({path, content});
  }
  return get(cas::compose(store, std::move(placements)));
}

/// The reverse, as far as files and links go.
inline std::map<std::string, std::string> filesOf(cas::ContentStore& store,
                                                  const base::Digest& tree) {
  std::map<std::string, std::string> files;
  for (const auto& [path, entry] : get(cas::listFiles(store, tree))) {
    std::string bytes = *get(store.bytes(entry.content.digest));
    files[path] = entry.content.kind == cas::EntryKind::Executable ? "x:" + bytes
                  : entry.content.kind == cas::EntryKind::Symlink  ? "->" + bytes
                                                                   : bytes;
  }
  return files;
}

/// The one blob file of a local store whose content is `digest`.
inline std::string blobPath(const std::string& store, const base::Digest& digest) {
  std::string hex = digest.hex();
  return store + "/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2);
}

/// Changes a blob as a broken disk would.
inline void damage(const std::string& path, const std::string& bytes) {
  REQUIRE(exists(path));
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace pipec::test
