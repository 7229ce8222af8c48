// What of pipe.lock is about a plan, and what a run of `pipec pin` changes in it.
#include "runtime/engine/pins.h"
#include "tests/support/digests.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::engine;
using lock::LockFile;
using lock::PinnedSource;

namespace {

PinnedSource source(std::vector<std::string> of, uint64_t question, std::string identity) {
  return {std::move(of),
          {"q" + std::to_string(question)},
          test::sampleDigest(question).hash,
          std::move(identity)};
}

plan::Plan planOf(std::string module) {
  plan::Plan plan;
  plan.module = std::move(module);
  return plan;
}

} // namespace

TEST_CASE("pins are known by their question, whoever asks") {
  LockFile lock;
  lock.sources = {source({"a.pipe:p.x"}, 1, "one"), source({"b.pipe:p.x"}, 2, "two")};
  exec::Pins pins = engine::pinsOf(lock, planOf("a.pipe"), "");
  CHECK(pins.identities.at(test::sampleDigest(1).hash) == "one");
  CHECK(pins.identities.at(test::sampleDigest(2).hash) == "two");
  CHECK(pins.labels.size() == 1);
  CHECK(pins.labels.lookup("p.x").isForThisPlan);
}

TEST_CASE("a label is pinned for parameters") {
  LockFile lock;
  lock.sources = {source({"a.pipe:p.x --branch=dev", "a.pipe:p.y"}, 1, "one"),
                  source({"a.pipe:p.x"}, 2, "two")};
  exec::Pins dev =
      engine::pinsOf(lock, planOf("a.pipe"), engine::parameterSuffix({{"branch", "dev"}}));
  CHECK(dev.labels.lookup("p.x").isForThisPlan);
  CHECK(dev.labels.lookup("p.x").asks == std::vector<std::string>{"q1"});
  CHECK_FALSE(dev.labels.lookup("p.y").isForThisPlan);
  exec::Pins none = engine::pinsOf(lock, planOf("a.pipe"), "");
  CHECK(none.labels.lookup("p.x").asks == std::vector<std::string>{"q2"});
  exec::Pins other =
      engine::pinsOf(lock, planOf("a.pipe"), engine::parameterSuffix({{"branch", "x"}}));
  CHECK_FALSE(other.labels.lookup("p.x").isForThisPlan);
}

TEST_CASE("a name is in one entry, and entries without a name are gone") {
  LockFile lock;
  lock.sources = {source({"a.pipe:p.x", "b.pipe:p.x"}, 1, "one"), source({"a.pipe:p.y"}, 2, "two")};
  engine::PinChanges changes =
      engine::updateSources(lock, {source({"a.pipe:p.x", "a.pipe:p.y"}, 3, "three")}, {});
  CHECK(lock.sources == std::vector{source({"b.pipe:p.x"}, 1, "one"),
                                    source({"a.pipe:p.x", "a.pipe:p.y"}, 3, "three")});
  REQUIRE(changes.moved.size() == 2);
  CHECK(changes.moved[0].before == "one");
  CHECK(changes.moved[0].after == "three");
  CHECK(changes.dropped.empty());
}

TEST_CASE("who asks the same shares the new answer") {
  LockFile lock;
  lock.sources = {source({"b.pipe:p.x"}, 1, "one")};
  engine::PinChanges changes = engine::updateSources(lock, {source({"a.pipe:p.x"}, 1, "two")}, {});
  CHECK(lock.sources == std::vector{source({"b.pipe:p.x", "a.pipe:p.x"}, 1, "two")});
  REQUIRE(changes.moved.size() == 2);
  CHECK(changes.moved[0].before.empty());
  CHECK(changes.moved[1].before == "one");
}

TEST_CASE("only what was asked for can be gone") {
  LockFile lock;
  lock.sources = {
      source({"a.pipe:p.x", "a.pipe:p.x --v=1", "a.pipe:gone.x --v=1", "b.pipe:p.x", "a.pipe:q.x"},
             1, "one")};
  engine::PinChanges changes =
      engine::updateSources(lock, {}, {{"a.pipe", {"p", "q"}, {"", " --v=1"}}});
  CHECK(changes.dropped == std::vector<std::string>{"a.pipe:gone.x --v=1", "a.pipe:p.x"});
  CHECK(lock.sources ==
        std::vector{source({"a.pipe:p.x --v=1", "b.pipe:p.x", "a.pipe:q.x"}, 1, "one")});
}
