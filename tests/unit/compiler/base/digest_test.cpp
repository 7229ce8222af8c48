// Digests: published vectors, text form, streaming.
#include "compiler/base/digest.h"

#include <catch2/catch.hpp>

using namespace pipec::base;

TEST_CASE("digests are XXH3-128 in canonical form") {
  // From `xxhsum -H2`.
  CHECK(digestOf("").hex() == "99aa06d3014798d86001c324468d497f");
  CHECK(digestOf("abc").hex() == "06b05ab6733a618578af5f94892f3950");
  CHECK(digestOf(std::string(1000, 'a')).hex() == "b01da365eddaa29cb3e7af627147db7c");
}

TEST_CASE("the text of a digest is read back, and nothing else is") {
  Digest digest{0x0123456789abcdef, 0xfedcba9876543210};
  CHECK(digest.hex() == "0123456789abcdeffedcba9876543210");
  CHECK(digest.shortHex() == "0123456789ab");
  CHECK(Digest::fromHex(digest.hex()) == digest);
  CHECK(Digest::fromHex("0123456789ABCDEFFEDCBA9876543210") == digest);
  CHECK(Digest::fromHex(std::string(32, '0')) == Digest{});
  for (std::string wrong :
       {std::string(), std::string(31, '0'), std::string(33, '0'), std::string(31, '0') + "g",
        " " + std::string(31, '0'), "0x" + std::string(30, '0'), std::string(32, '\0')})
    CHECK_FALSE(Digest::fromHex(wrong));
}

TEST_CASE("pieces hash like the whole, wherever they are cut") {
  std::string bytes;
  for (int i = 0; i < 5000; ++i)
    bytes += static_cast<char>(i * 31 >> 3);
  for (size_t cut : {0u, 1u, 16u, 239u, 240u, 241u, 1023u, 1024u, 4999u, 5000u}) {
    Hasher hasher;
    hasher.update(llvm::StringRef(bytes).take_front(cut));
    hasher.update("");
    CHECK(hasher.digest() == digestOf(llvm::StringRef(bytes).take_front(cut)));
    hasher.update(llvm::StringRef(bytes).drop_front(cut));
    CHECK(hasher.digest() == digestOf(bytes));
  }
  CHECK(Hasher().digest() == digestOf(""));
}

TEST_CASE("digests are ordered by their text") {
  CHECK(Digest{1, 0} > Digest{0, ~0ull});
  CHECK(Digest{1, 0}.hex() > Digest{0, ~0ull}.hex());
}
