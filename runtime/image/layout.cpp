// index.json, manifest and configuration, each checked against what names it.
#include "runtime/image/layout.h"

#include "compiler/base/size_text.h"
#include "compiler/base/text.h"
#include "runtime/image/document.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <sys/utsname.h>

namespace pipec::image {

namespace json = llvm::json;
using llvm::StringRef;

char BadImage::ID = 0;

llvm::Error badImage(const llvm::Twine& message) {
  return llvm::make_error<BadImage>("R1021", message.str());
}

static constexpr llvm::StringLiteral ManifestType = "application/vnd.oci.image.manifest.v1+json";
static constexpr llvm::StringLiteral ConfigurationType = "application/vnd.oci.image.config.v1+json";

// ---- bytes out of the store ----------------------------------------------------

namespace {

/// The files of one layout.
class Layout {
public:
  Layout(cas::ContentStore& store, const base::Digest& folder) : store(store), folder(folder) {}

  /// nullopt: there is no such file.
  llvm::Expected<std::optional<cas::Content>> file(StringRef path);
  /// The bytes of a document; `shown` is what messages call it.
  llvm::Expected<std::string> read(StringRef path, StringRef shown);
  /// The same for a blob, which has to be what `descriptor` says.
  llvm::Expected<std::string> readBlob(const Descriptor& descriptor, StringRef shown);

private:
  cas::ContentStore& store;
  base::Digest folder;
};

} // namespace

static std::string blobPath(StringRef digest) {
  return ("blobs/sha256/" + digest.drop_front(StringRef("sha256:").size())).str();
}

llvm::Expected<std::optional<cas::Content>> Layout::file(StringRef path) {
  auto found = cas::lookUp(store, folder, path);
  if (!found) {
    auto [category, message] = base::describe(found.takeError());
    return category == base::ErrorCategory::Usage ? badImage(message) : base::worldError(message);
  }
  if (*found && (*found)->kind != cas::EntryKind::Directory)
    return found;
  // Not there, or lost: then somebody can make it again.
  auto whole = store.contains({cas::EntryKind::Directory, folder});
  if (!whole)
    return whole.takeError();
  if (!*whole)
    return cas::lostContent(folder);
  return std::nullopt;
}

llvm::Expected<std::string> Layout::read(StringRef path, StringRef shown) {
  auto content = file(path);
  if (!content)
    return content.takeError();
  if (!*content)
    return badImage(shown + " is missing in the image's folder");
  if (uint64_t size = (*content)->digest.size; size > MaxDocument)
    return badImage(shown + " has " + base::sizeText(size) + ", and may have " +
                    base::sizeText(MaxDocument));
  auto bytes = store.bytes((*content)->digest);
  if (!bytes)
    return bytes.takeError();
  if (!*bytes)
    return cas::lostContent((*content)->digest);
  return std::move(**bytes);
}

llvm::Expected<std::string> Layout::readBlob(const Descriptor& descriptor, StringRef shown) {
  auto bytes = read(blobPath(descriptor.digest), shown);
  if (!bytes)
    return bytes;
  if (bytes->size() != descriptor.size)
    return badImage(shown + " has " + llvm::Twine(bytes->size()) + " bytes instead of " +
                    llvm::Twine(descriptor.size));
  if (std::string actual = base::digestOf(*bytes).text(); actual != descriptor.digest)
    return badImage(shown + " has the digest " + actual);
  return bytes;
}

// ---- the index -----------------------------------------------------------------

namespace {

struct NamedManifest {
  Descriptor descriptor;
  std::string reference;
};

} // namespace

static std::string problemOfManifestType(StringRef type) {
  return llvm::StringSwitch<std::string>(type)
      .Case(ManifestType, "")
      .Cases("application/vnd.oci.image.index.v1+json",
             "application/vnd.docker.distribution.manifest.list.v2+json",
             "is a list of images for several platforms; copy one of them, with `skopeo copy "
             "--override-os linux --override-arch amd64 … oci:…`")
      .Case("application/vnd.docker.distribution.manifest.v2+json",
            "has Docker's own format; `skopeo copy … oci:…` makes an OCI image of it")
      .Default("has the media type `" + base::printable(type) + "`, and an image has `" +
               ManifestType.str() + "`");
}

static llvm::Expected<NamedManifest> readIndex(Layout& layout) {
  static constexpr llvm::StringLiteral Shown = "the image's `index.json`";
  auto bytes = layout.read("index.json", Shown);
  if (!bytes)
    return bytes.takeError();
  Document index(Shown.str(), *bytes);
  const json::Array& manifests = index.list(index.root(), "manifests");
  if (manifests.size() != 1)
    index.refuse("names " + llvm::Twine(manifests.size()) +
                 " manifests, and must name exactly one: copy one image alone into the folder");
  if (llvm::Error error = index.error())
    return error;
  const json::Object& object = index.objectAt(manifests, 0, "manifests");
  NamedManifest named{index.descriptor(object), {}};
  std::string problem = problemOfManifestType(named.descriptor.mediaType);
  if (!problem.empty())
    index.refuse("names " + named.descriptor.digest + ", which " + problem);
  const json::Object& annotations = index.objectOrEmpty(object, "annotations");
  if (auto reference = annotations.getString("org.opencontainers.image.ref.name"))
    named.reference = reference->str();
  if (llvm::Error error = index.error())
    return error;
  return named;
}

llvm::Expected<std::string> manifestDigest(cas::ContentStore& store, const base::Digest& folder) {
  Layout layout(store, folder);
  auto named = readIndex(layout);
  if (!named)
    return named.takeError();
  return std::move(named->descriptor.digest);
}

// ---- the manifest --------------------------------------------------------------

/// Of those that are no layers of tar files which can be unpacked.
static std::string problemOfLayerType(StringRef type) {
  if (type == "application/vnd.oci.image.layer.v1.tar" ||
      type == "application/vnd.oci.image.layer.v1.tar+gzip")
    return {};
  if (type.ends_with("encrypted"))
    return "is encrypted; copy the image with `skopeo copy --decryption-key … oci:…`";
  if (type.contains("nondistributable") || type.contains("foreign"))
    return "may not be distributed, and so is not part of the image";
  if (type.ends_with("zstd"))
    return "is compressed with zstd; `skopeo copy --dest-compress-format gzip … oci:…` compresses "
           "it with gzip";
  if (type.starts_with("application/vnd.docker.image.rootfs.diff.tar"))
    return "has Docker's own media type; `skopeo copy` to `docker://` or `dir:`, and from there to "
           "`oci:`, makes an OCI image of it";
  return "has the media type `" + base::printable(type) + "`, which is not known";
}

namespace {

struct Manifest {
  Descriptor configuration;
  std::vector<Layer> layers;
};

} // namespace

static llvm::Expected<Manifest> readManifest(Layout& layout, const Descriptor& descriptor) {
  std::string shown = "the manifest of the image " + descriptor.digest;
  auto bytes = layout.readBlob(descriptor, shown);
  if (!bytes)
    return bytes.takeError();
  Document document(shown, *bytes);
  std::string type = document.textOrEmpty(document.root(), "mediaType");
  if (!type.empty() && type != ManifestType)
    document.refuse("says of itself that it is `" + base::printable(type) + "`");
  // Some would read such a one as an index.
  if (document.root().get("manifests"))
    document.refuse("has `manifests`, as an index has");
  Manifest manifest;
  manifest.configuration = document.descriptor(document.object(document.root(), "config"));
  if (manifest.configuration.mediaType != ConfigurationType)
    document.refuse("has a configuration of type `" +
                    base::printable(manifest.configuration.mediaType) + "`, which is no image's");
  const json::Array& layers = document.list(document.root(), "layers");
  for (size_t i = 0; i < layers.size(); ++i) {
    Descriptor layer = document.descriptor(document.objectAt(layers, i, "layers"));
    std::string problem = problemOfLayerType(layer.mediaType);
    if (!problem.empty())
      document.refuse("has the layer " + layer.digest + ", which " + problem);
    if (llvm::Error error = document.error())
      return error;
    auto there = layout.file(blobPath(layer.digest));
    if (!there)
      return there.takeError();
    if (!*there)
      document.refuse("has the layer " + layer.digest + ", which is missing in the image's folder");
    manifest.layers.push_back({layer.mediaType, layer.digest, layer.size});
  }
  if (llvm::Error error = document.error())
    return error;
  return manifest;
}

// ---- the configuration ---------------------------------------------------------

/// As runc: an entry without `=` or without a name is refused, and the last of a name counts.
static void addVariable(Document& document, StringRef entry, Image& image) {
  auto [name, value] = entry.split('=');
  if (name.empty() || name.size() == entry.size() || entry.contains('\0'))
    return document.refuse("has `" + base::printable(entry) +
                           "` among its environment variables, which is no `NAME=value`");
  for (auto& [known, old] : image.environment)
    if (known == name) {
      old = value.str();
      return;
    }
  image.environment.emplace_back(name, value);
}

static llvm::Error readConfiguration(Layout& layout, const Descriptor& descriptor, Image& image) {
  std::string shown = "the configuration of the image " + image.digest;
  auto bytes = layout.readBlob(descriptor, shown);
  if (!bytes)
    return bytes.takeError();
  Document document(shown, *bytes);
  image.os = document.text(document.root(), "os");
  image.architecture = document.text(document.root(), "architecture");
  image.variant = document.textOrEmpty(document.root(), "variant");
  const json::Object& settings = document.objectOrEmpty(document.root(), "config");
  const json::Array& variables = document.listOrEmpty(settings, "Env");
  for (size_t i = 0; i < variables.size(); ++i)
    addVariable(document, document.textAt(variables, i, "Env"), image);
  const json::Object& root = document.object(document.root(), "rootfs");
  const json::Array& unpacked = document.listOrEmpty(root, "diff_ids");
  if (unpacked.size() != image.layers.size())
    document.refuse("names " + llvm::Twine(unpacked.size()) + " layers, and the manifest " +
                    llvm::Twine(image.layers.size()));
  for (size_t i = 0; i < unpacked.size(); ++i)
    if (!isDigest(document.textAt(unpacked, i, "diff_ids")))
      document.refuse("has a layer whose digest is not `sha256:` and 64 hexadecimal digits");
  return document.error();
}

/// Without it, or with another version, the folder is no OCI layout to those who unpack it.
static llvm::Error checkVersion(Layout& layout) {
  static constexpr llvm::StringLiteral Shown = "the image's `oci-layout`";
  auto bytes = layout.read("oci-layout", Shown);
  if (!bytes)
    return bytes.takeError();
  Document document(Shown.str(), *bytes);
  std::string version = document.text(document.root(), "imageLayoutVersion");
  if (version != "1.0.0")
    document.refuse("has the version `" + base::printable(version) + "`, and 1.0.0 is known");
  return document.error();
}

llvm::Expected<Image> readImage(cas::ContentStore& store, const base::Digest& folder) {
  Layout layout(store, folder);
  if (llvm::Error error = checkVersion(layout))
    return error;
  auto named = readIndex(layout);
  if (!named)
    return named.takeError();
  auto manifest = readManifest(layout, named->descriptor);
  if (!manifest)
    return manifest.takeError();
  Image image;
  image.digest = named->descriptor.digest;
  image.reference = std::move(named->reference);
  image.layers = std::move(manifest->layers);
  if (llvm::Error error = readConfiguration(layout, manifest->configuration, image))
    return error;
  return image;
}

// ---- the platform --------------------------------------------------------------

/// The names that images have for what `uname -m` says.
static StringRef architectureOf(StringRef machine) {
  return llvm::StringSwitch<StringRef>(machine)
      .Case("x86_64", "amd64")
      .Cases("i386", "i486", "i586", "i686", "386")
      .Case("aarch64", "arm64")
      .StartsWith("armv", "arm")
      .Case("loongarch64", "loong64")
      .Default(machine); // ppc64le, s390x, riscv64 are called the same
}

/// `v7` of both `armv7l` and an image; 0: none said.
static unsigned armVersion(StringRef text) {
  unsigned version = 0;
  text.consume_front("arm");
  if (!text.consume_front("v") || text.consumeInteger(10, version))
    return 0;
  return version;
}

llvm::Error checkPlatform(const Image& image) {
  struct utsname machine;
  ::uname(&machine);
  return checkPlatform(image, machine.machine);
}

llvm::Error checkPlatform(const Image& image, StringRef machine) {
  StringRef architecture = architectureOf(machine);
  bool runs = image.os == "linux" && image.architecture == architecture &&
              (architecture != "arm" || armVersion(image.variant) <= armVersion(machine));
  if (runs)
    return llvm::Error::success();
  std::string platform = base::printable(image.os) + "/" + base::printable(image.architecture);
  if (!image.variant.empty())
    platform += "/" + base::printable(image.variant);
  return llvm::make_error<BadImage>("R1010",
                                    "the image " + image.digest + " is for " + platform +
                                        ", and this machine is linux/" + architecture.str() +
                                        (architecture == "arm" && armVersion(machine) != 0
                                             ? "/v" + std::to_string(armVersion(machine))
                                             : "") +
                                        "; name another platform where the image is pulled");
}

} // namespace pipec::image
