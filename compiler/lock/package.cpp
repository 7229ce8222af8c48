// Walking a package's folder.
#include "compiler/lock/package.h"

#include "compiler/base/error.h"
#include "compiler/base/text.h"

#include "compiler/base/digest.h"
#include "llvm/Support/Path.h"

#include <vector>

namespace pipec::lock {

namespace {

class PackageReader {
public:
  PackageReader(base::FileSystem& files, llvm::StringRef workspace, llvm::StringRef path)
      : files(files), workspace(workspace), path(path), root((workspace + "/" + path).str()) {}

  llvm::Expected<PackageContent> read() {
    if (llvm::Error error = checkFolder())
      return error;
    std::vector<std::string> open = {""};
    while (!open.empty()) {
      std::string folder = std::move(open.back());
      open.pop_back();
      auto entries = files.list(folder.empty() ? root : root + "/" + folder);
      if (!entries)
        return entries.takeError();
      for (const base::DirectoryEntry& entry : *entries) {
        std::string name = folder.empty() ? entry.name : folder + "/" + entry.name;
        if (entry.name == ".git" || entry.name == ".pipec")
          continue;
        if (base::printable(name) != name)
          return refuse(name, "has a name that is not plain text");
        if (entry.kind == base::FileKind::Directory)
          open.push_back(std::move(name));
        else if (entry.kind == base::FileKind::Symlink)
          return refuse(name, "is a link; a package has files and folders alone");
        else if (entry.kind != base::FileKind::Regular)
          return refuse(name, "is neither a file nor a folder");
        else if (llvm::Error error = addFile(name))
          return error;
      }
    }
    std::string listing;
    for (const auto& [name, line] : lines)
      listing += line + "  " + name + "\n";
    content.digest = base::digestOf(listing).text();
    return std::move(content);
  }

private:
  base::FileSystem& files;
  llvm::StringRef workspace;
  llvm::StringRef path;
  std::string root;
  PackageContent content;
  std::map<std::string, std::string> lines; ///< mode and digest, by path

  llvm::Error refuse(llvm::StringRef name, llvm::StringRef reason) const {
    return base::usageError("`" + path + "/" + base::printable(name) + "` " + reason);
  }

  /// A link on the way may lead anywhere, today here and tomorrow there.
  llvm::Error checkFolder() {
    for (size_t end = path.find('/');; end = path.find('/', end + 1)) {
      llvm::StringRef part = path.take_front(end);
      auto status = files.status((workspace + "/" + part).str(), /*followLinks=*/false);
      if (!status)
        return status.takeError();
      if (!*status)
        return base::usageError("there is no folder `" + path + "`");
      if ((*status)->kind == base::FileKind::Symlink)
        return base::usageError("`" + part + "` is a link; a package is in the workspace itself");
      if ((*status)->kind != base::FileKind::Directory)
        return base::usageError("`" + part + "` is not a folder");
      if (end == llvm::StringRef::npos)
        return llvm::Error::success();
    }
  }

  llvm::Error addFile(const std::string& name) {
    std::string file = root + "/" + name;
    auto status = files.status(file, /*followLinks=*/false);
    if (!status)
      return status.takeError();
    auto bytes = files.read(file);
    if (!bytes)
      return bytes.takeError();
    bool executable = *status && (*status)->executable;
    lines[name] = (executable ? "x " : "f ") + base::digestOf(*bytes).hex();
    if (llvm::sys::path::extension(name) == ".pipe")
      content.modules[name] = std::move(*bytes);
    return llvm::Error::success();
  }
};

} // namespace

llvm::Expected<PackageContent> readPackage(base::FileSystem& files, llvm::StringRef workspace,
                                           llvm::StringRef path) {
  return PackageReader(files, workspace, path).read();
}

} // namespace pipec::lock
