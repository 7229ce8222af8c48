// Root file systems for the tests of kept roots.
#pragma once

#include "runtime/cas/content_store.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <map>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipec::test {

inline void setTime(const std::string& path, time_t seconds) {
  const timespec times[2] = {{seconds, 5}, {seconds, 7}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

/// Writes files of one time, by path; `->` makes a link.
inline void fillRoot(const std::string& root, const std::map<std::string, std::string>& files) {
  for (const auto& [path, bytes] : files) {
    std::string whole = root + "/" + path;
    test::check(base::makeDirectories(llvm::StringRef(whole).rsplit('/').first));
    llvm::StringRef text(bytes);
    if (text.consume_front("->"))
      REQUIRE(::symlink(text.str().c_str(), whole.c_str()) == 0);
    else
      writeFile(whole, bytes);
    setTime(whole, 1'000'000'000);
  }
}

/// A folder `root` with these files, as the store's caller makes one.
inline std::string makeRoot(cas::ContentStore& store,
                            const std::map<std::string, std::string>& files) {
  std::string root = get(store.newFolder()) + "/root";
  REQUIRE(::mkdir(root.c_str(), 0755) == 0);
  fillRoot(root, files);
  return root;
}

inline std::string keepRoot(cas::ContentStore& store, const base::Digest& id,
                            const std::map<std::string, std::string>& files) {
  return get(store.keepRoot(id, makeRoot(store, files)));
}

} // namespace pipec::test
