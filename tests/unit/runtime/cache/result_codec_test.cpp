// Results and recorded keys as bytes: nothing damaged is ever believed.
#include "runtime/cache/result_codec.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/temporary_folder.h"

using namespace pipec;
using namespace pipec::test;
using cache::ActionResult;

static const base::Digest Key = test::sampleDigest(10);

static ActionResult example() {
  ActionResult result;
  result.outputs = {
      {"out", {cas::EntryKind::Directory, test::sampleDigest(1)}},
      {std::string("odd\0name\n", 9), {cas::EntryKind::Executable, test::sampleDigest(3)}}};
  result.report = cas::Content{cas::EntryKind::Directory, test::sampleDigest(5)};
  result.stdoutDigest = test::sampleDigest(8);
  result.stderrDigest = test::sampleDigest(9);
  result.execution = "2026-11-22-1";
  result.started = 1'700'000'000'000;
  result.durationMs = -1;
  result.cpuMs = 12;
  result.peakMemory = 1ull << 40;
  return result;
}

static bool equal(const ActionResult& a, const ActionResult& b) {
  return a.outputs == b.outputs && a.report == b.report && a.stdoutDigest == b.stdoutDigest &&
         a.stderrDigest == b.stderrDigest && a.execution == b.execution && a.started == b.started &&
         a.durationMs == b.durationMs && a.cpuMs == b.cpuMs && a.peakMemory == b.peakMemory;
}

TEST_CASE("a result comes back as it was") {
  auto decoded = cache::decodeResult(Key, cache::encodeResult(Key, example()));
  REQUIRE(decoded);
  CHECK(equal(*decoded, example()));
  auto empty = cache::decodeResult(Key, cache::encodeResult(Key, {}));
  REQUIRE(empty);
  CHECK(equal(*empty, {}));
}

TEST_CASE("a result is of no use under another key") {
  CHECK_FALSE(cache::decodeResult(test::sampleDigest(21), cache::encodeResult(Key, example())));
}

TEST_CASE("no cut and no flipped bit gives a result") {
  std::string bytes = cache::encodeResult(Key, example());
  for (size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(cache::decodeResult(Key, llvm::StringRef(bytes).take_front(length)));
  CHECK_FALSE(cache::decodeResult(Key, bytes + "x"));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(cache::decodeResult(Key, flipped));
  }
}

TEST_CASE("read sets come back, or not at all") {
  cache::ReadSet files{{0, ""}, {0, "a.h"}, {~0u, "deep/with space\n.h"}};
  std::string bytes = cache::encodeReadSet(Key, files);
  CHECK(cache::decodeReadSet(Key, bytes) == files);
  CHECK(cache::decodeReadSet(Key, cache::encodeReadSet(Key, {})) == cache::ReadSet());
  CHECK_FALSE(cache::decodeReadSet(test::sampleDigest(1), bytes));
  for (size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(cache::decodeReadSet(Key, llvm::StringRef(bytes).take_front(length)));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(cache::decodeReadSet(Key, flipped));
  }
}

TEST_CASE("recorded fields come back, or not at all") {
  std::vector<base::Field> fields{{"run[0]", "make", ""}, {"input[1]", "00ff", "src/a.c"}};
  std::string bytes = cache::encodeKeyFields(Key, fields);
  CHECK(cache::decodeKeyFields(Key, bytes) == fields);
  CHECK_FALSE(cache::decodeKeyFields(test::sampleDigest(1), bytes));
  CHECK_FALSE(cache::decodeKeyFields(Key, llvm::StringRef(bytes).drop_back()));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  CHECK_FALSE(cache::decodeKeyFields(Key, bytes));
}
