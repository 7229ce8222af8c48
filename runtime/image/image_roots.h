// ImageRoots: from an image in the content store to the root file system that steps are given.
#pragma once

#include "runtime/cas/content_store.h"
#include "runtime/image/layout.h"
#include "runtime/sandbox/spawn.h"

#include "llvm/Support/Error.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace pipec::image {

/// What a step with an image is run in.
struct ImageRoot {
  std::string path; ///< for sandbox::Spawn::imageRoot; stays as long as the process lives
  /// The image's variables, with a PATH in any case, without those that tell of the user: a step
  /// has its own user.
  std::vector<sandbox::Variable> environment;
};

/// The error of whoever waited for a root when all steps were cancelled.
class UnpackingCancelled final : public llvm::ErrorInfo<UnpackingCancelled, base::Error> {
public:
  static char ID;
  UnpackingCancelled() : ErrorInfo(base::ErrorCategory::World, "interrupted") {}
};

/// Unpacks each image once, ever: the root is kept in the store under the digest of the image's
/// manifest, however many names the image has. The unpacking itself is a step, so that an image
/// that deceives `umoci` deceives it where there is nothing to gain. Safe to use from several
/// threads: who comes second waits.
class ImageRoots {
public:
  ImageRoots(cas::ContentStore& contents, sandbox::SpawnRunner& spawns)
      : store(contents), runner(spawns) {}

  /// A BadImage if `layout` cannot be a root here. A cas::LostContent if the store has lost some of
  /// it, a cas::UnusableStore if its disk has no room for it.
  llvm::Expected<ImageRoot> open(const cas::Content& layout);

  /// What the image is in keys: the digest of its manifest's digest. nullopt: it is no image, as
  /// `open` will say.
  llvm::Expected<std::optional<base::Digest>> identity(const cas::Content& layout);

private:
  struct Slot {
    std::mutex mutex; ///< held while it is unpacked
    std::optional<ImageRoot> root;
    /// The BadImage (code, message) of each layout: one may lack what another has.
    std::map<cas::Content, std::pair<std::string, std::string>> refused;
  };

  std::shared_ptr<Slot> slotOf(const cas::Content& layout);
  llvm::Expected<ImageRoot> find(const cas::Content& layout);
  llvm::Expected<std::string> unpack(const cas::Content& layout, const Image& image,
                                     const base::Digest& id);

  cas::ContentStore& store;
  sandbox::SpawnRunner& runner;
  std::mutex mutex; ///< of what follows
  std::map<base::Digest, std::shared_ptr<Slot>>
      slots; ///< by identity; of what is no image, by its own digest
  std::map<cas::Content, std::optional<base::Digest>> identities;
};

} // namespace pipec::image
