// Fingerprints: fields cannot run into each other, and come back as they were.
#include "compiler/base/fingerprint.h"

#include <catch2/catch.hpp>

#include <initializer_list>
#include <random>
#include <utility>

using namespace pipec::base;

using Pairs = std::vector<std::pair<std::string, std::string>>;

static Digest hashOf(const Pairs& fields) {
  FingerprintHasher hasher;
  for (const auto& [tag, value] : fields)
    hasher.field(tag, value);
  return hasher.digest();
}

TEST_CASE("different sequences of fields have different digests") {
  std::vector<Pairs> all{{},
                         {{"", ""}},
                         {{"", ""}, {"", ""}},
                         {{"a", "b"}},
                         {{"ab", ""}},
                         {{"", "ab"}},
                         {{"a", "b"}, {"c", "d"}},
                         {{"c", "d"}, {"a", "b"}},
                         {{"a", "bc"}, {"", "d"}},
                         {{"a", std::string("b\0\0\0\0\0\0\0\1c", 10)}},
                         {{"a", "b"}, {"a", "b"}}};
  for (size_t i = 0; i < all.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      CHECK(hashOf(all[i]) != hashOf(all[j]));
}

TEST_CASE("a note is recorded and does not count") {
  FingerprintHasher with, without;
  with.field("input[0]", digestOf("x"), "src/a.c");
  without.field("input[0]", digestOf("x"));
  CHECK(with.digest() == without.digest());
  FingerprintRecorder recorder;
  recorder.field("input[0]", digestOf("x"), "src/a.c");
  CHECK(recorder.fields() == std::vector<Field>{{"input[0]", digestOf("x").name(), "src/a.c"}});
}

static std::vector<Field> example() {
  return {{"run[0]", "make -j2", ""}, {"", "", ""}, {"input[2]", std::string("\0\n", 2), "a note"}};
}

TEST_CASE("recorded fields come back") {
  auto decoded = decodeFields(encodeFields(example()));
  REQUIRE(bool(decoded));
  CHECK(*decoded == example());
  auto empty = decodeFields("");
  REQUIRE(bool(empty));
  CHECK(empty->empty());
}

TEST_CASE("what was not recorded is refused, or reads as what would be written so") {
  std::string bytes = encodeFields(example());
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = bytes.substr(0, random() % (bytes.size() + 1));
    for (unsigned i = 0; i < random() % 3 && !changed.empty(); ++i)
      changed[random() % changed.size()] = static_cast<char>(random());
    auto decoded = decodeFields(changed);
    if (decoded)
      CHECK(encodeFields(*decoded) == changed);
    else
      llvm::consumeError(decoded.takeError());
  }
  auto cut = decodeFields(llvm::StringRef(bytes).drop_back());
  REQUIRE_FALSE(bool(cut));
  llvm::consumeError(cut.takeError());
}
