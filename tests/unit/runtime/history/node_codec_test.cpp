// Node records as bytes.
#include "runtime/history/node_codec.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/temporary_folder.h"

#include <random>

using namespace pipec;
using namespace pipec::history;
using namespace pipec::test;

static exec::NodeResult fullResult() {
  exec::NodeResult result;
  result.state = exec::NodeState::Failed;
  result.reason = "`a` changed";
  result.key = test::sampleDigest(1);
  result.outputs = {{"out", {cas::EntryKind::Executable, test::sampleDigest(3)}},
                    {"map", {cas::EntryKind::Directory, test::sampleDigest(5)}}};
  result.report = cas::Content{cas::EntryKind::Directory, test::sampleDigest(7)};
  result.stdoutDigest = test::sampleDigest(9);
  result.stderrDigest = test::sampleDigest(11);
  result.failure = exec::StepFailure{"R1004", "it\nfailed", {"a.pipe", 3, 4}, true};
  result.identity = "commit";
  result.url = "http://x";
  result.generation = 300;
  result.execution = "e1";
  result.started = 1'700'000'000'000;
  result.durationMs = 128;
  result.cpuMs = 127;
  result.peakMemory = UINT64_MAX;
  result.ranResolve = true;
  result.tolerated = true;
  result.question = test::sampleDigest(15);
  exec::Attempt attempt;
  attempt.failure = "once";
  attempt.report = cas::Content{cas::EntryKind::Directory, test::sampleDigest(17)};
  attempt.durationMs = 5;
  result.earlier = {attempt, exec::Attempt()};
  return result;
}

static std::vector<NodeRecord> decode(llvm::StringRef bytes) {
  std::vector<NodeRecord> records;
  check(decodeNodes(bytes, [&](NodeRecord record) { records.push_back(std::move(record)); }));
  return records;
}

TEST_CASE("a record is read as it was written, and an empty one beside it") {
  plan::Node node;
  node.what = plan::ActionSpec{};
  node.label = "site.build.app";
  node.aliases = {"site.test.app", ""};
  std::string bytes;
  encodeNode(node, "prod", fullResult(), test::sampleDigest(13), bytes);
  encodeNode(plan::Node{}, "", {}, std::nullopt, bytes);
  auto records = decode(bytes);
  REQUIRE(records.size() == 2);
  CHECK(records[0].label == node.label);
  CHECK(records[0].aliases == node.aliases);
  CHECK(records[0].kind == "build");
  CHECK(records[0].isCalled("site.test.app"));
  CHECK(records[0].previousKey == test::sampleDigest(13));
  const exec::NodeResult& result = records[0].result;
  CHECK(result.state == exec::NodeState::Failed);
  CHECK(result.outputs == fullResult().outputs);
  CHECK(result.report == fullResult().report);
  CHECK(records[0].stage == "prod");
  CHECK(records[1].stage.empty());
  CHECK(result.question == fullResult().question);
  REQUIRE(result.earlier.size() == 2);
  CHECK(result.earlier[0].failure == "once");
  CHECK(result.earlier[0].report == fullResult().earlier[0].report);
  CHECK(result.earlier[0].durationMs == 5);
  CHECK_FALSE(result.earlier[1].report);
  CHECK(result.failure->message == "it\nfailed");
  CHECK(result.failure->location.line == 3);
  CHECK(result.failure->cancelled);
  CHECK(result.url == "http://x");
  CHECK(result.generation == 300);
  CHECK(result.started == 1'700'000'000'000);
  CHECK(result.peakMemory == UINT64_MAX);
  CHECK(result.tolerated);
  // Whatever was left out above shows here.
  std::string again;
  encodeNode(node, "prod", result, records[0].previousKey, again);
  CHECK(llvm::StringRef(bytes).starts_with(again));
  CHECK(records[1].kind == "tree");
  CHECK_FALSE(records[1].result.key);
}

TEST_CASE("a record of an earlier version has its old names") {
  // As version 3 of the history wrote it: key, report, standard output.
  static constexpr uint64_t HasKey = 1, HasReport = 2, HasStdout = 4;
  std::string key(16, 'k'), report(16, 'r'), out(16, 'o'), output(16, 'c');
  std::string bytes;
  putNumber(bytes, HasKey | HasReport | HasStdout);
  putText(bytes, "p.a");
  putNumber(bytes, 0);
  for (const char* text : {"build", "succeeded", "`a` changed", "", "e1"})
    putText(bytes, text);
  putNumber(bytes, 1);
  putText(bytes, "out");
  bytes += "f" + output + key + "d" + report + out;
  auto records = decode(bytes + bytes);
  REQUIRE(records.size() == 2);
  for (const NodeRecord& record : records) {
    CHECK(record.label == "p.a");
    CHECK(record.result.reason == "`a` changed");
    CHECK(record.result.key == base::Digest::ofOldName(key));
    CHECK(record.result.report->digest == base::Digest::ofOldName(report));
    CHECK(record.result.stdoutDigest == base::Digest::ofOldName(out));
    REQUIRE(record.result.outputs.size() == 1);
    CHECK(record.result.outputs[0].content.digest == base::Digest::ofOldName(output));
  }
}

TEST_CASE("a record that is cut off is an error at every length, and garbage never crashes") {
  plan::Node node;
  node.label = "a";
  std::string bytes;
  encodeNode(node, "prod", fullResult(), std::nullopt, bytes);
  auto ignore = [](NodeRecord) {};
  for (size_t size = 1; size < bytes.size(); ++size)
    CHECK_FALSE(failureOf(decodeNodes(llvm::StringRef(bytes).take_front(size), ignore)).empty());
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string broken = bytes;
    for (int flips = 0; flips < 3; ++flips)
      broken[random() % broken.size()] = static_cast<char>(random());
    llvm::consumeError(decodeNodes(broken, ignore));
  }
}
