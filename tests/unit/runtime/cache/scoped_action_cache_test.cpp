// Who is served whose results.
#include "runtime/cache/scoped_action_cache.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using cache::Scope;
using test::check;
using test::get;

namespace {

struct Caches {
  std::unique_ptr<cache::ActionCache> open(Scope scope) {
    return get(cache::openScopedActionCache(folder.path, scope,
                                            [](llvm::StringRef warning) { FAIL(warning.str()); }));
  }
  test::TemporaryFolder folder;
};

base::Digest key(int number) {
  return base::digestOf("key " + std::to_string(number));
}

cache::ActionResult resultOf(const std::string& execution) {
  cache::ActionResult result;
  result.execution = execution;
  result.stdoutDigest = result.stderrDigest = base::digestOf("");
  return result;
}

std::string found(cache::ActionCache& cache, const base::Digest& key) {
  auto result = get(cache.lookUp(key));
  return result ? result->execution : "nothing";
}

} // namespace

TEST_CASE("an untrusted result is served to untrusted runs alone") {
  Caches caches;
  {
    auto trusted = caches.open(Scope::Trusted);
    check(trusted->store(key(1), resultOf("trusted")));
    check(trusted->storeFields(key(1), {{"tag", "trusted", ""}}));
    check(trusted->storeReadSet(key(3), {{0, "a.h"}}));
  }
  {
    auto untrusted = caches.open(Scope::Untrusted);
    CHECK(found(*untrusted, key(1)) == "trusted");
    CHECK(get(untrusted->fields(key(1))));
    check(untrusted->store(key(1), resultOf("untrusted")));
    check(untrusted->store(key(2), resultOf("untrusted")));
    check(untrusted->storeFields(key(2), {{"tag", "untrusted", ""}}));
    check(untrusted->storeReadSet(key(3), {{0, "b.h"}}));
    CHECK(found(*untrusted, key(1)) == "untrusted");
    CHECK(get(untrusted->readSets(key(3))) ==
          std::vector<cache::ReadSet>{{{0, "b.h"}}, {{0, "a.h"}}});
  }
  auto trusted = caches.open(Scope::Trusted);
  CHECK(found(*trusted, key(1)) == "trusted");
  CHECK(found(*trusted, key(2)) == "nothing");
  CHECK_FALSE(get(trusted->fields(key(2))));
  CHECK(get(trusted->readSets(key(3))) == std::vector<cache::ReadSet>{{{0, "a.h"}}});
}

TEST_CASE("an untrusted run takes nothing trusted away") {
  Caches caches;
  check(caches.open(Scope::Trusted)->store(key(1), resultOf("trusted")));
  {
    auto untrusted = caches.open(Scope::Untrusted);
    check(untrusted->store(key(1), resultOf("untrusted")));
    check(untrusted->remove(key(1)));
  }
  CHECK(found(*caches.open(Scope::Trusted), key(1)) == "trusted");
}

TEST_CASE("who cares for the cache sees all scopes, and nothing untrusted makes no file") {
  Caches caches;
  check(caches.open(Scope::Trusted)->store(key(1), resultOf("trusted")));
  std::string file = caches.folder / "actions-untrusted.db";
  CHECK(::access(file.c_str(), F_OK) != 0);
  check(caches.open(Scope::Untrusted)->store(key(1), resultOf("untrusted")));
  CHECK(::access(file.c_str(), F_OK) == 0);
  for (Scope scope : {Scope::Trusted, Scope::Untrusted}) {
    auto cache = caches.open(scope);
    size_t seen = 0;
    check(cache->each([&](const base::Digest&, const cache::ActionResult&) { ++seen; }));
    CHECK(seen == 2);
    uint64_t left = 0;
    for (unsigned part = 0; part < 256; ++part)
      left += get(cache->collect(part, 0, [](const base::Digest&, const cache::ActionResult&) {
                return true;
              })).left;
    CHECK(left == 2);
  }
  CHECK(get(cache::clearDatabases(caches.folder.path)));
  CHECK(::access(file.c_str(), F_OK) != 0);
}
