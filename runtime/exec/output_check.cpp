// Outputs that are missing, of another kind, or no image.
#include "runtime/exec/output_check.h"

#include "compiler/base/json.h"
#include "compiler/base/text.h"
#include "runtime/exec/declaration.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/JSON.h"

namespace pipec::exec {

/// How many manifests the OCI layout's index names; 0 if it is none.
static llvm::Expected<size_t> manifestCount(base::FileSystem& files, const std::string& layout) {
  auto status = files.status(layout + "/index.json");
  if (!status)
    return status.takeError();
  if (!*status)
    return 0;
  auto text = files.read(layout + "/index.json");
  if (!text)
    return text.takeError();
  auto json = base::parseJson(*text);
  if (!json) {
    llvm::consumeError(json.takeError());
    return 0;
  }
  const llvm::json::Object* index = json->getAsObject();
  const llvm::json::Array* manifests = index ? index->getArray("manifests") : nullptr;
  return manifests ? manifests->size() : 0;
}

static WrongOutput missing(const plan::Output& output,
                           llvm::ArrayRef<UndeclaredOutput> undeclared) {
  std::string instead;
  if (!undeclared.empty())
    instead = "; they made `/o/" + base::printable(undeclared.front().path) + "`";
  return {"R1001", "the commands succeeded but did not make the output `" + output.name + "` (`$" +
                       "{" + output.name + "}` is /o/" + output.fileName + ")" + instead};
}

static llvm::StringRef describe(base::FileKind kind) {
  switch (kind) {
  case base::FileKind::Directory:
    return "a folder";
  case base::FileKind::Symlink:
    return "a symbolic link";
  case base::FileKind::Regular:
    return "a file";
  case base::FileKind::Other:
    return "a special file";
  }
  llvm_unreachable("a file of no kind");
}

llvm::Expected<std::optional<WrongOutput>> checkOutput(const std::string& path,
                                                       const plan::Output& output,
                                                       llvm::ArrayRef<UndeclaredOutput> undeclared,
                                                       base::FileSystem& files) {
  auto status = files.status(path, /*followLinks=*/false);
  if (!status)
    return status.takeError();
  if (!*status)
    return missing(output, undeclared);
  bool isFile = output.type == plan::ArtifactType::File;
  if ((*status)->kind != (isFile ? base::FileKind::Regular : base::FileKind::Directory))
    return WrongOutput{"R1001",
                       ("the output `" + output.name + "` should be a " + typeName(output.type) +
                        ", but the commands made " + describe((*status)->kind))
                           .str()};
  if (output.type != plan::ArtifactType::Image)
    return std::nullopt;
  auto count = manifestCount(files, path);
  if (!count)
    return count.takeError();
  if (*count == 1)
    return std::nullopt;
  return WrongOutput{"R1011", "the image `" + output.name + "` names " + std::to_string(*count) +
                                  " manifests in its index.json, and must name exactly one"};
}

} // namespace pipec::exec
