// Digests: published vectors, text forms, streaming; and the hashes that are no names.
#include "compiler/base/digest.h"
#include "compiler/base/fast_hash.h"

#include <catch2/catch.hpp>

using namespace pipec::base;

TEST_CASE("digests are SHA-256 with the number of bytes") {
  // From FIPS 180-4's examples, and `sha256sum`.
  CHECK(digestOf("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digestOf("abc").hex() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digestOf("abc").size == 3);
  CHECK(digestOf(std::string(1000000, 'a')).hex() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(emptyDigest() == digestOf(""));
}

TEST_CASE("the texts of a digest are read back, and nothing else is") {
  Digest digest = digestOf("abc");
  CHECK(digest.shortHex() == "ba7816bf8f01");
  CHECK(digest.text() == "sha256:" + digest.hex());
  CHECK(digest.name() == digest.hex() + "/3");
  CHECK(Digest::fromName(digest.name()) == digest);
  CHECK(Sha256::fromHex(digest.hex()) == digest.hash);
  std::string zeros(64, '0');
  CHECK(Sha256::fromHex(zeros) == Sha256());
  for (std::string wrong : {std::string(), zeros.substr(1), zeros + "0", zeros.substr(1) + "g",
                            zeros.substr(1) + "A", " " + zeros.substr(1), std::string(64, '\0')})
    CHECK_FALSE(Sha256::fromHex(wrong));
  for (std::string wrong : {zeros, zeros + "/", zeros + "/-1", zeros + "/01", zeros + "/1 ",
                            zeros + "/18446744073709551615", zeros + "/18446744073709551616"})
    CHECK_FALSE(Digest::fromName(wrong));
}

TEST_CASE("the bytes of a digest are read back, and those of an old name are another thing") {
  Digest digest = digestOf("abc");
  CHECK(digest.bytes().size() == Digest::BytesSize);
  CHECK(Digest::fromBytes(digest.bytes()) == digest);
  CHECK_FALSE(digest.isOldName());
  Digest old = Digest::ofOldName("0123456789abcdef");
  CHECK(old.isOldName());
  CHECK(old.bytes() == "0123456789abcdef");
  CHECK(Digest::fromBytes(old.bytes()) == old);
  CHECK(old.text() == "xxh3:30313233343536373839616263646566");
  CHECK(old.hex() == "30313233343536373839616263646566");
  for (size_t size : {0u, 15u, 17u, 39u, 41u})
    CHECK_FALSE(Digest::fromBytes(std::string(size, 'x')));
  CHECK_FALSE(Digest::fromBytes(std::string(40, '\xff'))); // no content is that large
}

TEST_CASE("pieces hash like the whole, wherever they are cut") {
  std::string bytes;
  for (int i = 0; i < 5000; ++i)
    bytes += static_cast<char>(i * 31 >> 3);
  HashSecret secret = HashSecret::random();
  for (size_t cut : {0u, 1u, 16u, 239u, 240u, 241u, 1023u, 1024u, 4999u, 5000u}) {
    Hasher hasher;
    FastHasher fast(secret);
    llvm::StringRef front = llvm::StringRef(bytes).take_front(cut);
    hasher.update(front);
    fast.update(front);
    hasher.update("");
    fast.update("");
    CHECK(hasher.digest() == digestOf(front));
    CHECK(fast.hash() == secret.hashOf(front));
    hasher.update(llvm::StringRef(bytes).drop_front(cut));
    fast.update(llvm::StringRef(bytes).drop_front(cut));
    CHECK(hasher.digest() == digestOf(bytes));
    CHECK(fast.hash() == secret.hashOf(bytes));
  }
  CHECK(Hasher().digest() == digestOf(""));
}

TEST_CASE("digests are ordered by their text") {
  std::vector<std::string> texts;
  std::vector<Digest> digests;
  for (int i = 0; i < 100; ++i)
    digests.push_back(digestOf(std::to_string(i)));
  std::sort(digests.begin(), digests.end());
  for (const Digest& digest : digests)
    texts.push_back(digest.hex());
  CHECK(std::is_sorted(texts.begin(), texts.end()));
}

TEST_CASE("checksums are XXH3-128 in canonical form") {
  // From `xxhsum -H2`.
  CHECK(checksumOf("") == FastHash{0x99aa06d3014798d8, 0x6001c324468d497f});
  CHECK(checksumOf("abc") == FastHash{0x06b05ab6733a6185, 0x78af5f94892f3950});
}

TEST_CASE("a hash depends on its secret, short bytes and long ones") {
  HashSecret one = HashSecret::random(), other = HashSecret::random();
  CHECK(one.bytes() != other.bytes());
  CHECK(HashSecret::from(one.bytes()).hashOf("x") == one.hashOf("x"));
  for (size_t size : {0u, 1u, 3u, 8u, 16u, 128u, 240u, 241u, 5000u}) {
    std::string bytes(size, 'x');
    CHECK(one.hashOf(bytes) != other.hashOf(bytes));
    CHECK(one.hashOf(bytes) != checksumOf(bytes));
  }
}
