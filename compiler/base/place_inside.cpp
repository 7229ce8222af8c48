// Following links one by one, as far as they stay inside.
#include "compiler/base/place_inside.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"

namespace pipec::base {

static constexpr unsigned MaxLinks = 40; ///< as Linux has it

llvm::Expected<PlaceInside> findInside(FileSystem& files, llvm::StringRef root,
                                       llvm::StringRef path,
                                       llvm::function_ref<bool(llvm::StringRef name)> isHidden) {
  llvm::SmallVector<std::string> ahead; // components still to go, the next one last
  auto push = [&](llvm::StringRef more) {
    llvm::SmallVector<llvm::StringRef> parts;
    more.split(parts, '/', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef part : llvm::reverse(parts))
      ahead.push_back(part.str());
  };
  push(path);
  std::string here = ".";
  FileKind kind = FileKind::Directory;
  for (unsigned links = 0; !ahead.empty();) {
    std::string name = ahead.pop_back_val();
    if (isHidden(name) || kind != FileKind::Directory)
      return PlaceInside::Nothing;
    if (name == ".")
      continue;
    if (name == "..") {
      if (here == ".")
        return PlaceInside::Outside;
      here = llvm::sys::path::parent_path(here).str();
      here = here.empty() ? "." : here;
      continue;
    }
    std::string next = here == "." ? name : here + "/" + name;
    std::string whole = (root + "/" + next).str();
    auto status = files.status(whole, /*followLinks=*/false);
    if (!status)
      return status.takeError();
    if (!*status)
      return PlaceInside::Nothing;
    if ((*status)->kind != FileKind::Symlink) {
      here = next;
      kind = (*status)->kind;
      continue;
    }
    if (++links > MaxLinks)
      return PlaceInside::Cycle;
    llvm::Expected<std::string> target = files.readLink(whole);
    if (!target)
      return target.takeError();
    llvm::StringRef to = *target;
    if (to.starts_with("/")) {
      if (!to.consume_front(root) || !(to.empty() || to.starts_with("/")))
        return PlaceInside::Outside;
      here = ".";
    }
    push(to);
  }
  switch (kind) {
  case FileKind::Regular:
    return PlaceInside::File;
  case FileKind::Directory:
    return PlaceInside::Folder;
  default:
    return PlaceInside::Other;
  }
}

} // namespace pipec::base
