// What pipec reads of an image that somebody else has made.
#include "runtime/cas/content_store.h"
#include "runtime/image/document.h"
#include "runtime/image/layer_check.h"
#include "tests/fuzz/targets.h"
#include "tests/support/tar.h"

#include "compiler/base/file_system.h"
#include "compiler/base/text.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <set>
#include <unistd.h>

namespace pipec::fuzz {

using llvm::StringRef;

static constexpr StringRef LayerType = "application/vnd.oci.image.layer.v1.tar";

// ---- what must hold ------------------------------------------------------------

/// The code and the message of a refusal; empty: there is none. It is a BadImage that can be shown.
static std::string refusalOf(llvm::Error error) {
  if (!error)
    return {};
  std::string refusal;
  llvm::handleAllErrors(
      std::move(error), [&](const image::BadImage& bad) { refusal = bad.code() + bad.message(); },
      [](const llvm::ErrorInfoBase& other) { expect(false, other.message()); });
  expect(refusal.size() > 10, "a refusal without a reason");
  expect(refusal == base::printable(refusal), "a refusal that cannot be printed");
  return refusal;
}

static void checkImage(const image::Image& image) {
  expect(image::isDigest(image.digest), "an image without a digest");
  expect(!image.os.empty() && !image.architecture.empty(), "an image without a platform");
  for (const image::Layer& layer : image.layers)
    expect(image::isDigest(layer.digest), "a layer without a digest");
  std::set<StringRef> names;
  for (const auto& [name, value] : image.environment) {
    expect(!name.empty() && !StringRef(name).contains('='), "a variable without a name");
    expect(!StringRef(name + value).contains('\0'), "a variable that no process can have");
    expect(names.insert(name).second, "a variable twice");
  }
  for (StringRef machine : {"x86_64", "aarch64", "armv7l"})
    refusalOf(image::checkPlatform(image, machine));
}

// ---- documents -----------------------------------------------------------------

/// Larger files are not kept by a store that writes nothing.
static constexpr size_t MaxKept = 4096;

/// `@` stands for the fields of a descriptor which tell of `bytes`.
static std::string withDescriptor(StringRef document, StringRef bytes) {
  auto [front, back] = document.split('@');
  if (front.size() == document.size())
    return document.str();
  return (front + "\"digest\":\"" + base::digestOf(bytes).text() +
          "\",\"size\":" + llvm::Twine(bytes.size()) + back)
      .str();
}

/// `text`: index.json, the manifest, the configuration, parted by lines `////`.
static void readLayout(StringRef text) {
  auto [index, rest] = text.split("\n////\n");
  auto [manifest, configuration] = rest.split("\n////\n");
  std::string wholeManifest = withDescriptor(manifest, configuration);
  std::string wholeIndex = withDescriptor(index, wholeManifest);
  if (std::max({wholeIndex.size(), wholeManifest.size(), configuration.size()}) > MaxKept)
    return;
  auto store = llvm::cantFail(cas::openContentStoreForReading("/nonexistent"));
  auto file = [&](StringRef bytes) {
    return cas::Content{cas::EntryKind::File, llvm::cantFail(store->putBytes(bytes))};
  };
  auto blob = [&](StringRef bytes) {
    return cas::Placement{"blobs/sha256/" + base::digestOf(bytes).text().substr(7), file(bytes)};
  };
  std::vector<cas::Placement> files = {{"index.json", file(wholeIndex)},
                                       {"oci-layout", file("{\"imageLayoutVersion\":\"1.0.0\"}")},
                                       blob(wholeManifest),
                                       blob(test::TarEnd)};
  if (configuration != StringRef(wholeManifest) && configuration != StringRef(test::TarEnd))
    files.push_back(blob(configuration));
  base::Digest layout = llvm::cantFail(cas::compose(*store, files));
  auto digest = image::manifestDigest(*store, layout);
  auto image = image::readImage(*store, layout);
  if (!digest) {
    refusalOf(digest.takeError());
    expect(!image, "an image without a manifest");
  }
  if (!image)
    return void(refusalOf(image.takeError()));
  expect(image->digest == *digest, "two digests of one manifest");
  checkImage(*image);
}

// ---- layers --------------------------------------------------------------------

namespace {

/// A folder for the blobs of one run after the other.
struct Blobs {
  Blobs() {
    const char* parent = std::getenv("TMPDIR");
    path = std::string(parent ? parent : "/tmp") + "/pipec-fuzz.XXXXXX";
    expect(::mkdtemp(path.data()) != nullptr, "no temporary folder");
    llvm::cantFail(base::makeDirectories(path + "/blobs/sha256"));
  }
  ~Blobs() { llvm::consumeError(base::removeTree(path)); }
  std::string path;
};

} // namespace

/// What is said of an image with that one layer; the digest of the layer is left out.
static std::string verdictOn(StringRef bytes, StringRef mediaType) {
  static Blobs blobs;
  std::string digest = base::digestOf(bytes).text(),
              file = blobs.path + "/blobs/sha256/" + digest.substr(7);
  llvm::cantFail(base::writeFileAtomically(file, bytes));
  image::Image image;
  image.digest = "sha256:m";
  image.layers = {{mediaType.str(), digest, bytes.size()}};
  image::LayerLimits limits;
  limits.bytes = uint64_t(1) << 30;
  limits.entries = 1000;
  limits.freeBytes = uint64_t(1) << 20;
  std::string verdict =
      refusalOf(image::checkLayers(blobs.path, image, limits, [] { return false; }));
  ::unlink(file.c_str());
  if (size_t at = verdict.find(digest); at != std::string::npos)
    verdict.erase(at, digest.size());
  return verdict;
}

/// Compressed or not, it is the same layer.
static void checkTar(StringRef tar) {
  std::string plain = verdictOn(tar, LayerType);
  std::string packed = verdictOn(test::gzip(tar.str()), LayerType.str() + "+gzip");
  if (plain == packed)
    return;
  llvm::errs() << "plain: " << plain << "\npacked: " << packed << '\n';
  expect(false, "compressed it is another layer");
}

/// Writes what the checksum of a header has to be into every block that seems to be one, so that
/// changed headers are read.
static std::string withChecksums(StringRef tar) {
  std::string result = tar.str();
  for (size_t at = 0; at + 512 <= result.size(); at += 512) {
    StringRef block = StringRef(result).substr(at, 512);
    if (block.substr(257, 5) != "ustar")
      continue;
    result.replace(at + 148, 8, "        ");
    unsigned sum = 0;
    for (size_t i = at; i < at + 512; ++i)
      sum += static_cast<unsigned char>(result[i]);
    char text[8];
    std::snprintf(text, sizeof text, "%06o", sum & 0777777);
    result.replace(at + 148, 8, std::string(text, 7) + " ");
  }
  return result;
}

/// Lines `TYPE NAME [LINK [SIZE]]`: TYPE is a letter of tar, `p` a record of PAX (NAME=LINK) for
/// the next entry; files are empty, whatever SIZE says.
static std::string tarOf(StringRef lines) {
  std::string tar;
  llvm::SmallVector<StringRef, 32> all;
  lines.split(all, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : all) {
    llvm::SmallVector<StringRef, 4> words;
    line.split(words, ' ');
    words.resize(4);
    if (words[0] == "p") {
      tar += test::paxHeader(words[1].str(), words[2].str());
      continue;
    }
    uint64_t size = 0;
    if (words[3].getAsInteger(10, size))
      size = 0;
    tar +=
        test::tarHeader(words[1].str(), words[0].empty() ? '0' : words[0][0], words[2].str(), size);
  }
  return tar + test::TarEnd;
}

void fuzzImages(StringRef bytes) {
  auto [kind, rest] = bytes.split('\n');
  if (kind == "layout")
    readLayout(rest);
  else if (kind == "entries")
    checkTar(tarOf(rest));
  else if (kind == "tar")
    checkTar(withChecksums(rest));
  else if (kind == "gzip")
    verdictOn(rest, LayerType.str() + "+gzip");
}

} // namespace pipec::fuzz
