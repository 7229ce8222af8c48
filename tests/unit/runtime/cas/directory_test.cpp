// The encoding of directories, and everything that is not one.
#include "stores.h"
#include "tests/support/digests.h"

#include <random>

using namespace pipec;
using namespace pipec::test;
using cas::EntryKind;

static cas::Directory example() {
  base::Digest link = base::digestOf("../b");
  return {{{"a\nb", {EntryKind::File, test::sampleDigest(1)}, ""},
           {"b", {EntryKind::Executable, test::sampleDigest(3)}, ""},
           {"c", {EntryKind::Symlink, link}, "../b"},
           {"d", {EntryKind::Directory, test::sampleDigest(5)}, ""}}};
}

TEST_CASE("a directory comes back as it was") {
  CHECK(get(cas::decodeDirectory(cas::encodeDirectory(example()))) == example());
  CHECK(get(cas::decodeDirectory(cas::encodeDirectory({}))) == cas::Directory{});
}

TEST_CASE("every field counts in the encoding") {
  std::string before = cas::encodeDirectory(example());
  for (size_t i = 0; i < 4; ++i) {
    auto renamed = example();
    renamed.entries[i].name += "x";
    CHECK(cas::encodeDirectory(renamed) != before);
    auto rehashed = example();
    rehashed.entries[i].content.digest.hash.bytes[31] ^= 1;
    // A link is its target.
    CHECK((cas::encodeDirectory(rehashed) != before) == (i != 2));
    auto resized = example();
    ++resized.entries[i].content.digest.size;
    CHECK((cas::encodeDirectory(resized) != before) == (i != 2));
  }
  auto executable = example();
  executable.entries[0].content.kind = EntryKind::Executable;
  CHECK(cas::encodeDirectory(executable) != before);
}

static std::string hashText(char digit) {
  return std::string(64, digit);
}

static base::Digest digestOfText(char digit, uint64_t size) {
  return {*base::Sha256::fromHex(hashText(digit)), size};
}

/// A field of Protocol Buffers that has bytes: fewer than 128.
static std::string field(int number, const std::string& bytes) {
  REQUIRE(bytes.size() < 128);
  return std::string(1, static_cast<char>(number << 3 | 2)) + static_cast<char>(bytes.size()) +
         bytes;
}

static std::string digestField(char digit, const std::string& size) {
  return field(2, field(1, hashText(digit)) + size);
}

TEST_CASE("a directory is the canonical message of the Remote Execution API") {
  // Files, folders and links apart, each sorted; no field that has its default value.
  cas::Directory directory{{{"a", {EntryKind::Symlink, base::digestOf("../b")}, "../b"},
                            {"b", {EntryKind::Executable, digestOfText('3', 300)}, ""},
                            {"c", {EntryKind::Directory, digestOfText('5', 1)}, ""},
                            {"d", {EntryKind::File, digestOfText('1', 0)}, ""}}};
  std::string expected = field(1, field(1, "b") + digestField('3', "\x10\xac\x02") + "\x20\x01") +
                         field(1, field(1, "d") + digestField('1', "")) +
                         field(2, field(1, "c") + digestField('5', "\x10\x01")) +
                         field(3, field(1, "a") + field(2, "../b"));
  CHECK(cas::encodeDirectory(directory) == expected);
  CHECK(get(cas::decodeDirectory(expected)) == directory);
  CHECK(cas::encodeDirectory({}).empty());
}

static std::string oneEntry(const std::string& name) {
  return field(1, (name.empty() ? "" : field(1, name)) + digestField('1', "\x10\x07"));
}

TEST_CASE("what encodeDirectory never writes is refused") {
  CHECK(get(cas::decodeDirectory(oneEntry("a"))).entries.size() == 1);
  for (std::string name : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                           std::string("/"), std::string("a\0b", 3)})
    failureOf(cas::decodeDirectory(oneEntry(name)));
  failureOf(cas::decodeDirectory(oneEntry("a") + oneEntry("a")));
  failureOf(cas::decodeDirectory(oneEntry("b") + oneEntry("a")));
  std::string folder = field(2, field(1, "a") + digestField('1', "\x10\x07"));
  failureOf(cas::decodeDirectory(oneEntry("a") + folder)); // one name twice
  failureOf(cas::decodeDirectory(folder + oneEntry("b"))); // lists in another order
  failureOf(cas::decodeDirectory("pipec-tree 1\n"));
  for (std::string message : {
           field(1, digestField('1', "\x10\x07") + field(1, "a")),     // fields in another order
           field(1, field(1, "a") + digestField('1', "\x10\x87\x00")), // a longer number
           field(1, field(1, "a") + digestField('1', std::string("\x10\0", 2))), // a default value
           field(1, field(1, "a") + digestField('A', "\x10\x07")),               // upper case
           field(1, field(1, "a")),                                              // no digest
           field(3, field(1, "a")),                                              // no target
           field(3, field(1, "a") + field(2, std::string("x\0y", 3))),
           field(4, field(1, "a") + digestField('1', "\x10\x07")),
           oneEntry("a") + std::string("\x28\x01"), // a field it does not have
       })
    failureOf(cas::decodeDirectory(message));
}

TEST_CASE("no cut and no flipped byte reads as something else without being noticed") {
  std::string bytes = cas::encodeDirectory(example());
  for (size_t length = 0; length < bytes.size(); ++length) {
    auto decoded = cas::decodeDirectory(llvm::StringRef(bytes).take_front(length));
    if (decoded)
      CHECK(cas::encodeDirectory(*decoded) == bytes.substr(0, length));
    else
      llvm::consumeError(decoded.takeError());
  }
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = bytes;
    for (unsigned i = 0; i <= random() % 3; ++i)
      changed[random() % changed.size()] = static_cast<char>(random());
    auto decoded = cas::decodeDirectory(changed);
    if (decoded)
      CHECK(cas::encodeDirectory(*decoded) == changed);
    else
      llvm::consumeError(decoded.takeError());
  }
}
