// XXH3-128 behind Digest and Hasher.
#include "compiler/base/digest.h"

#include "llvm/ADT/StringExtras.h"

#include <xxhash.h>

namespace pipec::base {

std::string Digest::hex() const {
  static constexpr char Digits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (int i = 0; i < 16; ++i) {
    text[15 - i] = Digits[(high >> (4 * i)) & 15];
    text[31 - i] = Digits[(low >> (4 * i)) & 15];
  }
  return text;
}

std::optional<Digest> Digest::fromHex(llvm::StringRef text) {
  if (text.size() != 32)
    return std::nullopt;
  Digest digest;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned value = llvm::hexDigitValue(text[i]);
    if (value > 15)
      return std::nullopt;
    uint64_t& half = i < 16 ? digest.high : digest.low;
    half = half << 4 | value;
  }
  return digest;
}

struct Hasher::State {
  // xxHash wants the state aligned to 64 bytes; its own allocation sees to that.
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : state(std::make_unique<State>()) {
  XXH3_128bits_reset(state->xxh);
}

Hasher::~Hasher() = default;

void Hasher::update(llvm::StringRef bytes) {
  XXH3_128bits_update(state->xxh, bytes.data(), bytes.size());
}

Digest Hasher::digest() const {
  XXH128_hash_t hash = XXH3_128bits_digest(state->xxh);
  return {hash.high64, hash.low64};
}

Digest digestOf(llvm::StringRef bytes) {
  XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

} // namespace pipec::base
