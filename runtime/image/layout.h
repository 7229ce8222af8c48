// Image: what an OCI layout in the content store says of its one image. Nothing is written to the
// disk for it.
#pragma once

#include "compiler/base/error.h"
#include "runtime/cas/content_store.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pipec::image {

/// The error of an image that cannot be used as a root: broken, refused, for another machine.
/// Whoever made it has to make another one.
class BadImage final : public llvm::ErrorInfo<BadImage, base::Error> {
public:
  static char ID;
  /// `code`: "R1010" for another platform, "R1021" for the rest.
  BadImage(std::string code, std::string message)
      : ErrorInfo(base::ErrorCategory::Usage, std::move(message)), errorCode(std::move(code)) {}

  const std::string& code() const { return errorCode; }

private:
  std::string errorCode;
};
/// A BadImage with the code R1021.
llvm::Error badImage(const llvm::Twine& message);

/// One of those that readImage lets through: a tar file, or one compressed with gzip.
struct Layer {
  std::string mediaType;
  std::string digest; ///< `sha256:` and 64 lower-case hexadecimal digits
  uint64_t size = 0;  ///< bytes of the blob, as the manifest says
};

struct Image {
  std::string digest;    ///< of the manifest: `sha256:` and 64 lower-case hexadecimal digits
  std::string reference; ///< the name that index.json gives it; may be empty
  std::string os, architecture, variant; ///< of the configuration; the variant may be empty
  /// Variables with their values, in the image's order, each once.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<Layer> layers; ///< the lowest first
};

/// The digest of the one manifest that index.json names: what a key needs. Reads index.json alone.
/// `layout` is a cas Directory. Errors as of readImage.
llvm::Expected<std::string> manifestDigest(cas::ContentStore& store, const base::Digest& layout);

/// A BadImage if anything is missing, contradicts its digest or size, is not what the OCI image
/// specification says, or cannot be unpacked; of the layers, only whether they are there. A
/// cas::LostContent if the store has lost some of it.
llvm::Expected<Image> readImage(cas::ContentStore& store, const base::Digest& layout);

/// A BadImage if programs of the image do not run on this machine.
llvm::Error checkPlatform(const Image& image);
/// The same for a machine as `uname -m` names it.
llvm::Error checkPlatform(const Image& image, llvm::StringRef machine);

} // namespace pipec::image
