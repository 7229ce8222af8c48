// Unpacking an image, and finding it unpacked.
#include "runtime/image/image_roots.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/json.h"
#include "compiler/base/text.h"
#include "runtime/image/layer_check.h"
#include "runtime/sandbox/image_root.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

#include <cerrno>
#include <sys/statvfs.h>
#include <unistd.h>

namespace pipec::image {

char UnpackingCancelled::ID;

/// Part of every root's id: what unpacking or preparing does, changed, makes other roots.
static constexpr llvm::StringLiteral RootFormat = "pipec image root 1 ";
/// The name of the image in the layout that `umoci` is given.
static constexpr llvm::StringLiteral UnpackName = "image";
/// What Docker and runc give to an image that says nothing.
static constexpr llvm::StringLiteral DefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

static std::vector<sandbox::Variable> environmentOf(const Image& image) {
  std::vector<sandbox::Variable> variables{{"PATH", DefaultPath.str()}};
  for (const auto& [name, value] : image.environment)
    if (!llvm::is_contained({"HOME", "LOGNAME", "TMPDIR", "USER"}, name))
      variables.push_back({name, value});
  return variables;
}

// ---- finding --------------------------------------------------------------------

llvm::Expected<std::optional<base::Digest>> ImageRoots::identity(const cas::Content& layout) {
  {
    std::lock_guard lock(mutex);
    if (auto known = identities.find(layout); known != identities.end())
      return known->second;
  }
  std::optional<base::Digest> identity;
  if (auto manifest = manifestDigest(store, layout.digest))
    identity = base::digestOf(*manifest);
  else if (llvm::Error error = llvm::handleErrors(manifest.takeError(), [](const BadImage&) {}))
    return error;
  std::lock_guard lock(mutex);
  identities[layout] = identity;
  return identity;
}

std::shared_ptr<ImageRoots::Slot> ImageRoots::slotOf(const cas::Content& layout) {
  base::Digest name = layout.digest;
  if (auto found = identity(layout))
    name = found->value_or(name);
  else
    llvm::consumeError(found.takeError()); // `open` meets it again
  std::lock_guard lock(mutex);
  std::shared_ptr<Slot>& slot = slots[name];
  if (!slot)
    slot = std::make_shared<Slot>();
  return slot;
}

llvm::Expected<ImageRoot> ImageRoots::open(const cas::Content& layout) {
  std::shared_ptr<Slot> slot = slotOf(layout);
  std::lock_guard lock(slot->mutex);
  if (auto refused = slot->refused.find(layout); refused != slot->refused.end())
    return llvm::make_error<BadImage>(refused->second.first, refused->second.second);
  if (slot->root && ::access(slot->root->path.c_str(), F_OK) == 0)
    return *slot->root;
  auto root = find(layout);
  if (root) {
    slot->root = *root;
    return root;
  }
  return llvm::handleErrors(root.takeError(), [&](std::unique_ptr<BadImage> bad) -> llvm::Error {
    slot->refused[layout] = {bad->code(), bad->message()};
    return llvm::Error(std::move(bad));
  });
}

llvm::Expected<ImageRoot> ImageRoots::find(const cas::Content& layout) {
  if (runner.isolation() != sandbox::Isolation::Full)
    return llvm::make_error<BadImage>(
        "R1010", "a step with an image needs a root of its own, which `--sandbox off` does without "
                 "and this machine may refuse: `--sandbox strict` says what is missing");
  auto image = readImage(store, layout.digest);
  if (!image)
    return image.takeError();
  if (llvm::Error error = checkPlatform(*image))
    return error;
  base::Digest id = base::digestOf((RootFormat + image->digest).str());
  auto kept = store.findRoot(id);
  if (!kept)
    return kept.takeError();
  if (*kept)
    return ImageRoot{std::move(**kept), environmentOf(*image)};
  auto made = unpack(layout, *image, id);
  if (!made)
    return made.takeError();
  return ImageRoot{std::move(*made), environmentOf(*image)};
}

// ---- unpacking ------------------------------------------------------------------

/// Gives the layout's one image the name that `umoci` is told, whatever it was called.
static llvm::Error nameImage(const std::string& layout, const Image& image) {
  auto text = base::makeRealFileSystem()->read(layout + "/index.json");
  if (!text)
    return text.takeError();
  auto index = base::parseJson(*text);
  if (!index)
    return index.takeError();
  llvm::json::Object& manifest = *(*index->getAsObject()->getArray("manifests"))[0].getAsObject();
  manifest["annotations"] =
      llvm::json::Object{{"org.opencontainers.image.ref.name", UnpackName.str()}};
  return base::writeFileAtomically(layout + "/index.json",
                                   base::renderJson([&](auto& json) { json.value(*index); }));
}

/// How much the image may have unpacked.
static llvm::Expected<uint64_t> roomIn(const std::string& folder) {
  struct statvfs disk;
  if (::statvfs(folder.c_str(), &disk) != 0)
    return base::systemError("cannot look at the disk of `" + folder + "`", errno);
  uint64_t room = uint64_t(disk.f_bavail) * disk.f_frsize;
  return room > DiskReserve ? room - DiskReserve : 0;
}

/// Whether the disk of `folder` was full. Before `umoci` ends it removes what it made, so what it
/// says counts (in Go's words), and not only what is free by now.
static llvm::Error noRoom(const std::string& folder, llvm::StringRef message) {
  for (auto [words, number] :
       {std::pair("no space left on device", ENOSPC), std::pair("disk quota exceeded", EDQUOT)})
    if (message.ends_with_insensitive(words))
      return cas::unusableStore("cannot unpack an image in `" + base::printable(folder) + "`",
                                number);
  return cas::checkRoom(folder);
}

namespace {

/// One run of `umoci`.
class Unpacking {
public:
  Unpacking(sandbox::SpawnRunner& spawns, std::string scratch, const Image& image)
      : runner(spawns), folder(std::move(scratch)), image(image) {}

  /// The folder that it made.
  llvm::Expected<std::string> run(const std::string& layout);

private:
  llvm::Error failure(const sandbox::SpawnResult& result) const;

  sandbox::SpawnRunner& runner;
  std::string folder;
  const Image& image;
  sandbox::Spawn spawn;
};

} // namespace

llvm::Expected<std::string> Unpacking::run(const std::string& layout) {
  spawn.inputs.push_back({"layout", layout, /*isDirectory=*/true});
  spawn.outputDirectory = folder + "/o";
  spawn.scratchDirectory = folder + "/scratch";
  spawn.stdoutPath = folder + "/stdout";
  spawn.stderrPath = folder + "/stderr";
  for (const std::string& path : {spawn.outputDirectory, spawn.scratchDirectory})
    if (llvm::Error error = base::makeDirectories(path))
      return error;
  spawn.arguments = {"umoci",      "raw",     "unpack",
                     "--rootless", "--image", ("/i/layout:" + UnpackName).str(),
                     "/o/root"};
  auto root = runner.open(spawn);
  if (!root)
    return root.takeError();
  auto result = (*root)->run(spawn);
  if (!result)
    return result.takeError();
  if (!result->succeeded())
    return failure(*result);
  return spawn.outputDirectory + "/root";
}

llvm::Error Unpacking::failure(const sandbox::SpawnResult& result) const {
  if (result.status == sandbox::SpawnStatus::Cancelled)
    return llvm::make_error<UnpackingCancelled>();
  if (result.status == sandbox::SpawnStatus::CommandNotFound)
    return llvm::make_error<BadImage>(
        "R1010", "unpacking an image needs `umoci`, which this machine does not have: install the "
                 "Debian package `umoci`");
  auto printed = base::makeRealFileSystem()->read(spawn.stderrPath);
  if (!printed)
    return printed.takeError();
  llvm::StringRef text = llvm::StringRef(*printed).rtrim();
  llvm::StringRef last = text.substr(text.rfind('\n') + 1).ltrim();
  if (llvm::Error error = noRoom(folder, last))
    return error;
  return badImage("the image " + image.digest + " cannot be unpacked: umoci says `" +
                  base::printable(last) + "`");
}

llvm::Expected<std::string> ImageRoots::unpack(const cas::Content& layout, const Image& image,
                                               const base::Digest& id) {
  auto scratch = store.newFolder();
  if (!scratch)
    return scratch.takeError();
  auto remove = llvm::make_scope_exit([&] { llvm::consumeError(base::removeTree(*scratch)); });
  // A copy, for the time of the unpacking: steps hardly ever want the layout itself.
  std::string copy = *scratch + "/layout";
  auto copied = store.copyTo(layout, copy);
  if (!copied)
    return copied.takeError();
  if (!*copied)
    return cas::lostContent(layout.digest);
  auto room = roomIn(*scratch);
  if (!room)
    return room.takeError();
  LayerLimits limits;
  limits.bytes = *room;
  if (llvm::Error error = checkLayers(copy, image, limits, [&] { return runner.isCancelled(); })) {
    if (!runner.isCancelled())
      return error;
    llvm::consumeError(std::move(error));
    return llvm::make_error<UnpackingCancelled>();
  }
  if (llvm::Error error = nameImage(copy, image))
    return error;
  auto root = Unpacking(runner, *scratch, image).run(copy);
  if (!root)
    return root.takeError();
  if (llvm::Error error = sandbox::prepareImageRoot(*root)) {
    auto [category, message] = base::describe(std::move(error));
    if (category == base::ErrorCategory::Usage)
      return badImage("the image " + image.digest + " cannot be a root: " + message);
    if (llvm::Error full = noRoom(*scratch, message))
      return full;
    return base::worldError(message);
  }
  return store.keepRoot(id, *root);
}

} // namespace pipec::image
