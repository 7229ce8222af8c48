// `format` is one line: "pipec-cas 2". Version 1 named content by XXH3-128, and had no such file.
#include "runtime/cas/store_format.h"

#include "compiler/base/error.h"
#include "runtime/cas/collection.h"
#include "runtime/cas/content_store.h"
#include "runtime/folder/files.h"

#include <sys/stat.h>

namespace pipec::cas {

static constexpr llvm::StringLiteral Prefix = "pipec-cas ";
static constexpr unsigned Version = 2;

/// 1 if nothing says it.
static unsigned versionOf(const std::string& file) {
  auto text = folder::read(file);
  if (!text)
    llvm::consumeError(text.takeError());
  if (!text || !*text)
    return 1;
  llvm::StringRef line = llvm::StringRef(**text).rtrim();
  unsigned version;
  return line.consume_front(Prefix) && !line.getAsInteger(10, version) ? version : 1;
}

llvm::Error bringToFormat(llvm::StringRef store) {
  std::string file = store.str() + "/format";
  unsigned version = versionOf(file);
  if (version == Version)
    return llvm::Error::success();
  if (version > Version)
    return llvm::make_error<UnusableStore>("a newer pipec made the store `" + store.str() +
                                           "`: use that one, or name another cache");
  struct stat status;
  if (folder::lookAt(store.str() + "/blobs", status)) {
    auto cleared = clearStore(store, /*force=*/true);
    if (!cleared)
      return cleared.takeError();
  }
  if (llvm::Error error = folder::write(file, (Prefix + llvm::Twine(Version) + "\n").str()))
    return llvm::make_error<UnusableStore>(base::describe(std::move(error)).second);
  return llvm::Error::success();
}

} // namespace pipec::cas
