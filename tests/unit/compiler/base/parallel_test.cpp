// Many small items on two threads.
#include "compiler/base/parallel.h"

#include "compiler/base/error.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <vector>

using namespace pipec::base;

TEST_CASE("every item is done once") {
  for (size_t count : {0u, 1u, 63u, 64u, 10'000u}) {
    std::vector<std::atomic<int>> done(count);
    llvm::Error error = forEachItem(count, [&](size_t index) {
      ++done[index];
      return llvm::Error::success();
    });
    CHECK_FALSE(bool(error));
    for (auto& times : done)
      CHECK(times == 1);
  }
}

TEST_CASE("the first bad item is reported, and few come after it") {
  for (size_t count : {10u, 5000u})
    for (int round = 0; round < 100; ++round) {
      std::atomic<size_t> started = 0;
      llvm::Error error = forEachItem(count, [&](size_t index) -> llvm::Error {
        ++started;
        if (index < 7)
          return llvm::Error::success();
        return worldError("item " + std::to_string(index));
      });
      REQUIRE(bool(error));
      CHECK(describe(std::move(error)).second == "item 7");
      CHECK(started <= 9);
    }
}
