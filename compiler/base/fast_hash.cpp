// XXH3-128 behind FastHash.
#include "compiler/base/fast_hash.h"

#include "llvm/Support/ErrorHandling.h"

#include <xxhash.h>

#include <cassert>
#include <cstring>
#include <sys/random.h>

namespace pipec::base {

static_assert(HashSecret::Size >= XXH3_SECRET_SIZE_MIN);

static FastHash made(const XXH128_hash_t& hash) {
  return {hash.high64, hash.low64};
}

FastHash checksumOf(llvm::StringRef bytes) {
  return made(XXH3_128bits(bytes.data(), bytes.size()));
}

HashSecret HashSecret::random() {
  HashSecret made;
  // Up to 256 bytes come whole, and without being interrupted: random(4).
  if (::getrandom(made.secret.data(), Size, 0) != static_cast<ssize_t>(Size))
    llvm::report_fatal_error("the kernel has no random numbers");
  return made;
}

HashSecret HashSecret::from(llvm::StringRef bytes) {
  assert(bytes.size() == Size);
  HashSecret made;
  std::memcpy(made.secret.data(), bytes.data(), Size);
  return made;
}

const HashSecret& HashSecret::ofProcess() {
  static const HashSecret secret = random();
  return secret;
}

FastHash HashSecret::hashOf(llvm::StringRef bytes) const {
  return made(XXH3_128bits_withSecret(bytes.data(), bytes.size(), secret.data(), Size));
}

struct FastHasher::State {
  // xxHash wants the state aligned to 64 bytes; its own allocation sees to that.
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

FastHasher::FastHasher(const HashSecret& secret) : state(std::make_unique<State>()) {
  XXH3_128bits_reset_withSecret(state->xxh, secret.secret.data(), HashSecret::Size);
}

FastHasher::~FastHasher() = default;

void FastHasher::update(llvm::StringRef bytes) {
  XXH3_128bits_update(state->xxh, bytes.data(), bytes.size());
}

FastHash FastHasher::hash() const {
  return made(XXH3_128bits_digest(state->xxh));
}

} // namespace pipec::base
