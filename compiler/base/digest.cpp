// SHA-256 of libcrypto behind Digest and Hasher.
//
// The low-level functions: they go straight to the code that uses the CPU's instructions. The EVP
// interface is no faster, and brings four megabytes of algorithms and their set-up into the static
// binary.
#define OPENSSL_API_COMPAT 0x10100000L

#include "compiler/base/digest.h"

#include "llvm/Support/Endian.h"

#include <openssl/sha.h>

#include <array>
#include <cassert>
#include <charconv>
#include <cstring>

namespace pipec::base {

static constexpr size_t HexSize = 2 * sizeof(Sha256::bytes);

/// The two digits of each byte, one after the other.
static constexpr auto HexDigits = [] {
  std::array<char, 512> digits{};
  for (size_t byte = 0; byte < 256; ++byte) {
    digits[2 * byte] = "0123456789abcdef"[byte >> 4];
    digits[2 * byte + 1] = "0123456789abcdef"[byte & 15];
  }
  return digits;
}();

/// A null build writes tens of thousands of these, and llvm::toHex takes four times as long.
static void writeHex(const Sha256& hash, char* text) {
  for (size_t i = 0; i < hash.bytes.size(); ++i)
    std::memcpy(text + 2 * i, &HexDigits[size_t{2} * hash.bytes[i]], 2);
}

std::string Sha256::hex() const {
  std::string text(HexSize, '\0');
  writeHex(*this, text.data());
  return text;
}

static int valueOf(char digit) {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

std::optional<Sha256> Sha256::fromHex(llvm::StringRef text) {
  Sha256 hash;
  if (text.size() != 2 * hash.bytes.size())
    return std::nullopt;
  for (size_t i = 0; i < hash.bytes.size(); ++i) {
    int high = valueOf(text[2 * i]), low = valueOf(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    hash.bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return hash;
}

std::string Digest::hex() const {
  return isOldName() ? hash.hex().substr(0, 2 * OldNameSize) : hash.hex();
}

std::string Digest::text() const {
  return (isOldName() ? "xxh3:" : "sha256:") + hex();
}

std::string Digest::bytes() const {
  llvm::StringRef name(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
  if (isOldName())
    return name.take_front(OldNameSize).str();
  std::string all(BytesSize, '\0');
  std::memcpy(all.data(), name.data(), name.size());
  llvm::support::endian::write64le(all.data() + name.size(), size);
  return all;
}

std::optional<Digest> Digest::fromBytes(llvm::StringRef bytes) {
  if (bytes.size() == OldNameSize)
    return ofOldName(bytes);
  if (bytes.size() != BytesSize)
    return std::nullopt;
  Digest digest;
  std::memcpy(digest.hash.bytes.data(), bytes.data(), digest.hash.bytes.size());
  digest.size = llvm::support::endian::read64le(bytes.data() + digest.hash.bytes.size());
  return digest.isOldName() ? std::nullopt : std::optional(digest);
}

Digest Digest::ofOldName(llvm::StringRef bytes) {
  assert(bytes.size() == OldNameSize);
  Digest digest({}, OldName);
  std::memcpy(digest.hash.bytes.data(), bytes.data(), OldNameSize);
  return digest;
}

std::string Digest::name() const {
  if (isOldName())
    return hex() + "/" + std::to_string(size);
  char text[HexSize + 1 + 20];
  writeHex(hash, text);
  text[HexSize] = '/';
  char* end = std::to_chars(text + HexSize + 1, std::end(text), size).ptr;
  return {text, end};
}

std::optional<Digest> Digest::fromName(llvm::StringRef name) {
  auto [digits, number] = name.split('/');
  auto hash = Sha256::fromHex(digits);
  uint64_t size;
  if (!hash || number.getAsInteger(10, size) || std::to_string(size) != number || size == OldName)
    return std::nullopt;
  return Digest{*hash, size};
}

struct Hasher::State {
  SHA256_CTX context;
};

Hasher::Hasher() : state(std::make_unique<State>()) {
  SHA256_Init(&state->context);
}

Hasher::~Hasher() = default;

void Hasher::update(llvm::StringRef bytes) {
  SHA256_Update(&state->context, bytes.data(), bytes.size());
  size += bytes.size();
}

Digest Hasher::digest() const {
  SHA256_CTX copy = state->context;
  Digest digest({}, size);
  SHA256_Final(digest.hash.bytes.data(), &copy);
  return digest;
}

Digest digestOf(llvm::StringRef bytes) {
  Digest digest({}, bytes.size());
  SHA256_CTX context; // SHA256() would go through EVP
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(digest.hash.bytes.data(), &context);
  return digest;
}

const Digest& emptyDigest() {
  static const Digest empty = digestOf("");
  return empty;
}

} // namespace pipec::base
