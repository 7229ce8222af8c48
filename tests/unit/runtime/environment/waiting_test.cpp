// Who waits for an environment, as others see it.
#include "runtime/environment/waiting.h"

#include "runtime/environment/lock.h"
#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include "llvm/Support/FileSystem.h"

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;

static const char* const Production = "site.pipe:Production";

static Waiter waiter(const std::string& execution, int64_t resolved) {
  return {execution, {"", false, {}, resolved}};
}

TEST_CASE("those that wait see each other, in their order, until they leave") {
  TemporaryFolder folder;
  auto second = get(WaitingPlace::enter(folder.path, Production, waiter("e2", 2)));
  auto third = get(WaitingPlace::enter(folder.path, Production, waiter("e3", 3)));
  auto first = get(WaitingPlace::enter(folder.path, Production, waiter("e1", 1)));
  auto elsewhere = get(WaitingPlace::enter(folder.path, "b.pipe:Production", waiter("e0", 0)));
  auto seen = second->others();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].execution == "e1");
  CHECK(seen[0].origin.resolved == 1);
  CHECK(seen[1].execution == "e3");
  first.reset();
  CHECK(second->others().size() == 1);
  CHECK(elsewhere->others().empty());
}

TEST_CASE("one whose process has died does not count, and is removed") {
  TemporaryFolder folder;
  auto alive = get(WaitingPlace::enter(folder.path, Production, waiter("e1", 1)));
  std::string left = lockFile(folder.path, Production, ".waiting") + "/e0-1";
  writeFile(left, encodeOrigin(waiter("e0", 0).origin));
  CHECK(alive->others().empty());
  CHECK_FALSE(llvm::sys::fs::exists(left));
}
