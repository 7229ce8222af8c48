// GrowingVector: places that stay, copies, and reading while it grows.
#include "compiler/base/growing_vector.h"

#include "compiler/base/ids.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace pipec;

namespace {
using TestId = base::Id<struct TestTag>;
using Texts = base::GrowingVector<TestId, std::string>;
} // namespace

TEST_CASE("an element keeps its place and its value") {
  Texts texts;
  std::vector<const std::string*> places;
  for (uint32_t i = 0; i < 1000; ++i) {
    CHECK(texts.push("text number " + std::to_string(i)) == TestId{i});
    places.push_back(&texts[TestId{i}]);
  }
  for (uint32_t i = 0; i < 1000; ++i) {
    CHECK(&texts[TestId{i}] == places[i]);
    CHECK(*places[i] == "text number " + std::to_string(i));
  }
  uint32_t next = 0;
  for (const std::string& text : texts)
    CHECK(&text == places[next++]);
  CHECK(next == 1000);
}

TEST_CASE("copies are others, moves are not") {
  Texts texts;
  for (int i = 0; i < 100; ++i)
    texts.push(std::to_string(i));
  Texts copy = texts;
  copy[TestId{50}] = "other";
  CHECK(texts[TestId{50}] == "50");
  const std::string* place = &texts[TestId{50}];
  Texts moved = std::move(texts);
  CHECK(&moved[TestId{50}] == place);
  CHECK(texts.empty());
  texts = copy;
  CHECK(texts.size() == 100);
  texts.resize(120);
  CHECK(texts[TestId{119}].empty());
  texts.truncate(10);
  CHECK(texts.size() == 10);
  CHECK(texts.push("again") == TestId{10});
}

TEST_CASE("what is there can be read while more is added") {
  Texts texts;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done)
      for (uint32_t i = 0, size = texts.size(); i < size; ++i)
        if (texts[TestId{i}] != std::to_string(i))
          std::abort();
  });
  for (uint32_t i = 0; i < 20'000; ++i)
    texts.push(std::to_string(i));
  done = true;
  reader.join();
  CHECK(texts.size() == 20'000);
}
