// The encoding of directories, and everything that is not one.
#include "stores.h"

#include <random>

using namespace pipec;
using namespace pipec::test;
using cas::EntryKind;

static cas::Directory example() {
  base::Digest link = base::digestOf("../b");
  return {{{"a\nb", {EntryKind::File, {1, 2}}, ""},
           {"b", {EntryKind::Executable, {3, 4}}, ""},
           {"c", {EntryKind::Symlink, link}, "../b"},
           {"d", {EntryKind::Directory, {5, 6}}, ""}}};
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
    rehashed.entries[i].content.digest.low ^= 1;
    CHECK(cas::encodeDirectory(rehashed) != before);
  }
  auto executable = example();
  executable.entries[0].content.kind = EntryKind::Executable;
  CHECK(cas::encodeDirectory(executable) != before);
}

static std::string oneEntry(const std::string& name) {
  std::string bytes = cas::encodeDirectory({});
  bytes += 'f';
  bytes += static_cast<char>(name.size());
  bytes += '\0';
  return bytes + name + std::string(16, '\1');
}

TEST_CASE("what encodeDirectory never writes is refused") {
  CHECK(get(cas::decodeDirectory(oneEntry("a"))).entries.size() == 1);
  for (std::string name : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                           std::string("/"), std::string("a\0b", 3)})
    failureOf(cas::decodeDirectory(oneEntry(name)));
  std::string entry = oneEntry("a").substr(cas::encodeDirectory({}).size());
  failureOf(cas::decodeDirectory(oneEntry("a") + entry)); // twice
  failureOf(cas::decodeDirectory(oneEntry("b") + entry)); // unsorted
  failureOf(cas::decodeDirectory(""));
  failureOf(cas::decodeDirectory("pipec-tree 2\n"));
  std::string wrongKind = oneEntry("a");
  wrongKind[cas::encodeDirectory({}).size()] = 'q';
  failureOf(cas::decodeDirectory(wrongKind));
  auto wrongTarget = example();
  wrongTarget.entries[2].target = "elsewhere";
  failureOf(cas::decodeDirectory(cas::encodeDirectory(wrongTarget)));
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
