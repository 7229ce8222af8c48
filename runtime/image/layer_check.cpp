// One pass over each layer: its bytes are hashed, its headers read, its files skipped.
//
// What umoci 0.4.7 does by itself with an image that wants out (tried with `umoci raw unpack
// --rootless`; everything was unpacked below the root where nothing else is said):
//
//   absolute names, `..` in names      resolved as if the root were `/`
//   entries below a link that leads out, whiteouts and opaque folders below one: the same
//   an entry in the place of a link    replaces the link
//   hard links to outside, or through a link that leads there    fails: no such file
//   an entry below a file              fails
//   a root that is a link or a file    fails
//   `.wh..`, `.wh...` and `.wh.`       removes the folder, or the folder above it: in the topmost
//                                      folder what is around the root
//   `.wh..wh.plnk` and other leftovers of AUFS    a whiteout of `.wh.plnk`: of nothing
//   bytes after the end of the archive            ignored
//   layers of Docker's media types, or zstd       fails
//
// So the whiteouts are what would do harm. The rest is refused because no honest tool writes it,
// and an image that says one thing to us must not say another to the next program; what stands
// below links is accepted: distributions move folders and leave links.
#include "runtime/image/layer_check.h"

#include "compiler/base/size_text.h"
#include "compiler/base/text.h"
#include "runtime/image/layer_stream.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <climits>
#include <optional>

namespace pipec::image {

using llvm::StringRef;

static constexpr size_t MaxComponent = 255;
static constexpr size_t BlockSize = 512; ///< of tar

namespace {

/// One layer. What came before it counts.
class LayerReader {
public:
  LayerReader(const LayerLimits& limits, llvm::function_ref<bool()> stop, uint64_t& bytes,
              uint64_t& entries)
      : limits(limits), stop(stop), bytes(bytes), entries(entries) {}

  /// What is wrong with the layer, as a sentence without its subject; nullopt: nothing.
  llvm::Expected<std::optional<std::string>> read(StringRef path, const Layer& layer);

  std::string remedy = "another image has to be made or pulled"; ///< of what is wrong

private:
  static long onRead(archive* reader, void* self, const void** bytes);
  StringRef nextPiece();
  StringRef padding();
  void readEntries();
  void readEntry(archive_entry* entry);
  void readTail(uint64_t end);
  void refuse(const llvm::Twine& what);
  void refuseEntry(StringRef name, const llvm::Twine& what);
  void checkSize(StringRef name, uint64_t size);

  const LayerLimits& limits;
  llvm::function_ref<bool()> stop;
  uint64_t& bytes;
  uint64_t& entries;
  LayerStream stream;
  uint64_t contentEnd = 0; ///< in the unpacked bytes: behind the last that is not 0
  bool padded = false;
  bool stopped = false;
  std::optional<std::string> refused; ///< for what it is, whatever its digest
  std::optional<std::string> broken;  ///< perhaps because its bytes are not what they should be
};

} // namespace

void LayerReader::refuse(const llvm::Twine& what) {
  if (!refused)
    refused = what.str();
}

void LayerReader::refuseEntry(StringRef name, const llvm::Twine& what) {
  // The longest that is any use in a message.
  static constexpr size_t Shown = 300;
  bool isCut = name.size() > Shown;
  refuse("has `" + base::printable(name.take_front(Shown)) + (isCut ? "…" : "") + "`, which " +
         what);
}

/// `umoci insert` leaves out what fills up the last file's block, and the end of the archive. Go's
/// reader, which Docker, containerd and umoci have, does without; libarchive gets it from here,
/// once.
StringRef LayerReader::padding() {
  static constexpr char Zeros[BlockSize] = {};
  size_t missing = padded ? 0 : -stream.unpacked() % BlockSize;
  padded = true;
  return {Zeros, missing};
}

/// Empty when there is nothing more to be read, for whatever reason.
StringRef LayerReader::nextPiece() {
  stopped = stopped || stop();
  if (stopped || refused)
    return {};
  uint64_t start = stream.unpacked();
  StringRef piece = stream.next();
  if (piece.empty() && stream.problem().empty())
    return padding();
  if (size_t last = piece.find_last_not_of('\0'); last != StringRef::npos)
    contentEnd = start + last + 1;
  if (stream.unpacked() > limits.freeBytes &&
      stream.unpacked() / limits.ratio > stream.consumed()) {
    refuse("is a bomb: its first " + base::sizeText(stream.consumed()) + " become more than " +
           base::sizeText(limits.freeBytes) + " when they are unpacked");
    return {};
  }
  return piece;
}

long LayerReader::onRead(archive* reader, void* self, const void** bytes) {
  auto& layer = *static_cast<LayerReader*>(self);
  StringRef piece = layer.nextPiece();
  *bytes = piece.data();
  if (!layer.stopped && !layer.refused && layer.stream.problem().empty())
    return static_cast<long>(piece.size());
  archive_set_error(reader, ECANCELED, "stopped");
  return ARCHIVE_FATAL;
}

/// What is wrong with the name of an entry, or with what a hard link names.
static std::string problemOfName(StringRef name) {
  if (name.contains('\n'))
    return "has a line break in its name";
  if (name.size() >= PATH_MAX)
    return "is longer than a path can be";
  if (name.starts_with("/"))
    return "is absolute";
  llvm::SmallVector<StringRef, 16> components;
  name.split(components, '/');
  if (llvm::is_contained(components, ".."))
    return "leads out of its folder with `..`";
  if (llvm::any_of(components, [](StringRef part) { return part.size() > MaxComponent; }))
    return "has a part that is longer than a file name can be";
  return {};
}

static std::string problemOfLinkTarget(StringRef target) {
  if (target.empty())
    return "is a link to nothing";
  if (target.size() >= PATH_MAX || target.contains('\n'))
    return "is a link to something that cannot be a path";
  return {};
}

/// Whiteouts remove what their name says without `.wh.`.
static bool isHarmfulWhiteout(StringRef name) {
  StringRef base = name.rtrim('/');
  base = base.substr(base.rfind('/') + 1);
  return base == ".wh." || base == ".wh.." || base == ".wh...";
}

static bool isRoot(StringRef name) {
  llvm::SmallVector<StringRef, 16> components;
  name.split(components, '/', -1, /*KeepEmpty=*/false);
  return llvm::all_of(components, [](StringRef part) { return part == "."; });
}

void LayerReader::checkSize(StringRef name, uint64_t size) {
  if (size > limits.bytes - bytes) {
    remedy = "it needs more room on the cache's disk, of which images leave " +
             base::sizeText(DiskReserve) + ", or another image";
    return refuseEntry(name, "has " + base::sizeText(size) + ": with " + base::sizeText(bytes) +
                                 " before it, the image is larger than the " +
                                 base::sizeText(limits.bytes) + " that there are for it");
  }
  bytes += size;
}

/// Names of PAX headers end at their first NUL for libarchive; umoci refuses those.
void LayerReader::readEntry(archive_entry* entry) {
  const char* text = archive_entry_pathname(entry);
  StringRef name = text ? text : "";
  if (++entries > limits.entries)
    return refuse("brings the image to more than " + llvm::Twine(limits.entries) + " entries");
  if (name.empty())
    return refuse("has an entry without a name");
  const char* hardLink = archive_entry_hardlink(entry);
  bool isFolder = !hardLink && archive_entry_filetype(entry) == AE_IFDIR;
  // `umoci insert` calls the root `/`, and nothing else like it.
  if (std::string problem = isRoot(name) ? "" : problemOfName(name); !problem.empty())
    return refuseEntry(name, problem);
  if (isHarmfulWhiteout(name))
    return refuseEntry(name, "removes the folder around it");
  if (isRoot(name) && !isFolder)
    return refuseEntry(name, "is not a folder in the place of the root");
  if (hardLink) {
    StringRef target = hardLink;
    if (std::string problem = problemOfName(target); !problem.empty())
      return refuseEntry(name, "is a hard link to `" + base::printable(target.take_front(300)) +
                                   "`, which " + problem);
  } else if (archive_entry_filetype(entry) == 0) {
    return refuseEntry(name, "is a hard link to nothing");
  } else if (archive_entry_filetype(entry) == AE_IFLNK) {
    const char* target = archive_entry_symlink(entry);
    if (std::string problem = problemOfLinkTarget(target ? target : ""); !problem.empty())
      return refuseEntry(name, problem);
  }
  if (archive_entry_size_is_set(entry))
    checkSize(name, static_cast<uint64_t>(archive_entry_size(entry)));
}

/// What follows the end of the archive fills it up with zeros. `end`: where that is.
void LayerReader::readTail(uint64_t end) {
  while (!nextPiece().empty()) {
  }
  if (contentEnd > end)
    broken = "has something after the end of its archive";
}

void LayerReader::readEntries() {
  Archive reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  int status =
      archive_read_open2(reader.get(), this, nullptr, &LayerReader::onRead, nullptr, nullptr);
  while (status == ARCHIVE_OK || status == ARCHIVE_WARN) {
    archive_entry* entry;
    status = archive_read_next_header(reader.get(), &entry);
    // A warning is of a name in another alphabet, mostly; the bytes of it are there.
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN)
      readEntry(entry);
    if (refused || stopped)
      return;
  }
  if (status == ARCHIVE_EOF)
    readTail(static_cast<uint64_t>(archive_filter_bytes(reader.get(), 0)));
  else if (stream.problem().empty())
    broken = "is no whole tar file: " + archiveProblem(reader.get());
}

llvm::Expected<std::optional<std::string>> LayerReader::read(StringRef path, const Layer& layer) {
  if (llvm::Error error = stream.open(path, StringRef(layer.mediaType).ends_with("gzip")))
    return error;
  if (stream.size() != layer.size)
    return "has " + std::to_string(stream.size()) + " bytes instead of " +
           std::to_string(layer.size);
  if (stream.problem().empty())
    readEntries();
  if (stopped)
    return base::worldError("interrupted while an image was checked");
  if (refused)
    return std::move(refused);
  // If the bytes are other ones, that is why they make no sense.
  auto digest = stream.digest();
  if (!digest)
    return digest.takeError();
  if (*digest != layer.digest)
    return "has the digest " + *digest;
  if (!stream.problem().empty())
    return "cannot be read: " + stream.problem();
  return std::move(broken);
}

llvm::Error checkLayers(StringRef layout, const Image& image, const LayerLimits& limits,
                        llvm::function_ref<bool()> stop) {
  uint64_t bytes = 0, entries = 0;
  for (const Layer& layer : image.layers) {
    StringRef hex = StringRef(layer.digest).drop_front(StringRef("sha256:").size());
    LayerReader reader(limits, stop, bytes, entries);
    auto problem = reader.read((layout + "/blobs/sha256/" + hex).str(), layer);
    if (!problem)
      return problem.takeError();
    if (*problem)
      return badImage("the layer " + layer.digest + " of the image " + image.digest + " " +
                      **problem + "; " + reader.remedy);
  }
  return llvm::Error::success();
}

} // namespace pipec::image
