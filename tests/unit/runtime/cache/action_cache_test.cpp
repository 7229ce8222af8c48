// ActionCache: kept, shared, and never the reason why a build fails.
#include "runtime/cache/action_cache.h"

#include "tests/unit/runtime/temporary_folder.h"

#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <sys/mount.h>
#include <sys/wait.h>
#include <thread>

using namespace pipec;
using namespace pipec::test;
using cache::ActionResult;

namespace {

base::Digest keyOf(int number) {
  return base::digestOf("key " + std::to_string(number));
}

ActionResult resultOf(int number) {
  ActionResult result;
  result.outputs = {{"out", {cas::EntryKind::File, base::digestOf(std::to_string(number))}}};
  result.execution = "execution " + std::to_string(number);
  return result;
}

struct Cache {
  TemporaryFolder folder;
  std::string path = folder / "cache";
  std::vector<std::string> warnings;

  std::unique_ptr<cache::ActionCache> open(cache::Access access = cache::Access::ReadWrite) {
    return get(cache::openActionCache(
        path, [&](llvm::StringRef warning) { warnings.push_back(warning.str()); }, access));
  }
  void store(int count) {
    auto cache = open();
    for (int i = 0; i < count; ++i)
      check(cache->store(keyOf(i), resultOf(i)));
  }
};

bool has(cache::ActionCache& cache, int number) {
  auto result = get(cache.lookUp(keyOf(number)));
  return result && result->outputs == resultOf(number).outputs &&
         result->execution == resultOf(number).execution;
}

} // namespace

TEST_CASE_METHOD(Cache, "a result is found at once, after a flush, and by the next process") {
  {
    auto cache = open();
    CHECK_FALSE(has(*cache, 1));
    check(cache->store(keyOf(1), resultOf(1)));
    CHECK(has(*cache, 1));
    check(cache->flush());
    CHECK(has(*cache, 1));
    auto other = open();
    CHECK(has(*other, 1));
    check(cache->store(keyOf(2), resultOf(2)));
  }
  auto cache = open();
  CHECK(has(*cache, 1));
  CHECK(has(*cache, 2));
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Cache, "a result is replaced and removed") {
  auto cache = open();
  check(cache->store(keyOf(1), resultOf(7)));
  bool flush = GENERATE(false, true);
  if (flush)
    check(cache->flush());
  check(cache->store(keyOf(1), resultOf(1)));
  CHECK(has(*cache, 1));
  if (flush)
    check(cache->flush());
  check(cache->remove(keyOf(1)));
  CHECK_FALSE(get(cache->lookUp(keyOf(1))));
  cache.reset();
  CHECK_FALSE(get(open()->lookUp(keyOf(1))));
}

TEST_CASE_METHOD(Cache, "the fields of a key are kept") {
  std::vector<base::Field> fields{{"run[0]", "make", ""}, {"input[1]", "00ff", "src/a.c"}};
  {
    auto cache = open();
    check(cache->storeFields(keyOf(1), fields));
    CHECK(get(cache->fields(keyOf(1))) == fields);
  }
  auto cache = open();
  CHECK(get(cache->fields(keyOf(1))) == fields);
  CHECK_FALSE(get(cache->fields(keyOf(2))));
}

namespace {
cache::ReadSet readsOf(int number) {
  return {{0, "a.h"}, {1, std::to_string(number) + ".h"}};
}
} // namespace

TEST_CASE_METHOD(Cache, "read sets are kept, the last one first, and each once") {
  using Sets = std::vector<cache::ReadSet>;
  bool flush = GENERATE(false, true);
  auto cache = open();
  for (int number : {1, 2, 3, 2}) {
    check(cache->storeReadSet(keyOf(1), readsOf(number)));
    if (flush)
      check(cache->flush());
  }
  CHECK(get(cache->readSets(keyOf(1))) == Sets{readsOf(2), readsOf(3), readsOf(1)});
  check(cache->storeReadSet(keyOf(1), readsOf(1)));
  CHECK(get(cache->readSets(keyOf(1))) == Sets{readsOf(1), readsOf(2), readsOf(3)});
  CHECK(get(cache->readSets(keyOf(2))).empty());
  cache.reset();
  CHECK(get(open()->readSets(keyOf(1))) == Sets{readsOf(1), readsOf(2), readsOf(3)});
}

TEST_CASE_METHOD(Cache, "of many read sets the last ones are kept") {
  constexpr int Last = 2 * cache::ActionCache::MaxReadSets;
  auto expectLast = [](const std::vector<cache::ReadSet>& sets) {
    REQUIRE(sets.size() == cache::ActionCache::MaxReadSets);
    for (size_t i = 0; i < sets.size(); ++i)
      CHECK(sets[i] == readsOf(Last - static_cast<int>(i)));
  };
  int flushEvery = GENERATE(1, 5, 1000);
  auto cache = open();
  for (int number = 1; number <= Last; ++number) {
    check(cache->storeReadSet(keyOf(1), readsOf(number)));
    if (number % flushEvery == 0)
      check(cache->flush());
  }
  expectLast(get(cache->readSets(keyOf(1))));
  cache.reset();
  expectLast(get(open()->readSets(keyOf(1))));
}

TEST_CASE_METHOD(Cache, "two processes lose no read set of each other") {
  auto one = open(), two = open();
  check(one->storeReadSet(keyOf(1), readsOf(1)));
  check(two->storeReadSet(keyOf(1), readsOf(2)));
  check(one->flush());
  check(two->flush());
  CHECK(get(open()->readSets(keyOf(1))) == std::vector{readsOf(2), readsOf(1)});
}

TEST_CASE_METHOD(Cache, "what was flushed outlives a kill") {
  pid_t pid = ::fork();
  if (pid == 0) {
    auto cache = cache::openActionCache(path, [](llvm::StringRef) {});
    for (int i = 0; i < 100; ++i)
      llvm::consumeError((*cache)->store(keyOf(i), resultOf(i)));
    llvm::consumeError((*cache)->flush());
    ::raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFSIGNALED(status));
  auto cache = open();
  for (int i = 0; i < 100; ++i)
    CHECK(has(*cache, i));
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Cache, "results are written without being asked for") {
  auto writer = open();
  check(writer->store(keyOf(1), resultOf(1)));
  // Another process sees it although the first one neither flushed nor ended.
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  bool found = false;
  while (!found && std::chrono::steady_clock::now() < end) {
    auto reader = open();
    found = has(*reader, 1);
  }
  CHECK(found);
}

TEST_CASE_METHOD(Cache, "a broken database is made anew with one warning, and then works") {
  store(3000);
  std::string file = path + "/actions.db";
  bool isLater = false; // the damage shows when a page is read
  SECTION("garbage") {
    writeFile(file, std::string(9000, 'g'));
  }
  SECTION("cut") {
    REQUIRE(::truncate(file.c_str(), 20'000) == 0);
  }
  SECTION("short") {
    REQUIRE(::truncate(file.c_str(), 10) == 0);
  }
  SECTION("damaged inside") {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4096);
    std::string garbage(static_cast<size_t>(statusOf(file).st_size) - 4096, '\xee');
    damage.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
    isLater = true;
  }
  for (int round = 0; round < 2; ++round) {
    auto cache = open();
    CHECK(warnings.size() == (isLater && round == 0 ? 0 : 1));
    CHECK(has(*cache, 1) == (round == 1));
    CHECK(warnings.size() == 1);
    check(cache->store(keyOf(1), resultOf(1)));
    CHECK(has(*cache, 1));
  }
}

TEST_CASE_METHOD(Cache, "damage that a write meets is repaired, and the write is not lost") {
  store(3000);
  std::string file = path + "/actions.db";
  {
    auto cache = open();
    check(cache->store(keyOf(5000), resultOf(5000)));
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4096);
    std::string garbage(static_cast<size_t>(statusOf(file).st_size) - 4096, '\xee');
    damage.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
    damage.close();
    check(cache->flush());
    CHECK(has(*cache, 5000));
  }
  CHECK(warnings.size() == 1);
  CHECK(has(*open(), 5000));
}

TEST_CASE_METHOD(Cache, "a result whose bytes have changed is a miss") {
  store(1);
  std::string file = path + "/actions.db";
  std::string bytes = readFile(file);
  size_t at = bytes.find("execution 0");
  REQUIRE(at != std::string::npos);
  bytes[at] = 'E';
  std::ofstream(file, std::ios::binary) << bytes;
  CHECK_FALSE(get(open()->lookUp(keyOf(0))));
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Cache, "a cache that cannot be written works for this process, with one warning") {
  SECTION("no folder") {
    writeFile(path, "in the way");
  }
  SECTION("no database") {
    check(base::makeDirectories(path + "/actions.db/in the way"));
  }
  SECTION("no permission") {
    if (::geteuid() == 0) {
      WARN("not tried: root may write everywhere");
      return;
    }
    check(base::makeDirectories(path));
    REQUIRE(::chmod(path.c_str(), 0555) == 0);
  }
  auto cache = open();
  CHECK(warnings.size() == 1);
  CHECK_FALSE(has(*cache, 1));
  check(cache->store(keyOf(1), resultOf(1)));
  check(cache->storeFields(keyOf(1), {}));
  CHECK(has(*cache, 1));
  CHECK(get(cache->fields(keyOf(1))));
  check(cache->flush());
  CHECK(has(*cache, 1));
  check(cache->remove(keyOf(1)));
  CHECK_FALSE(has(*cache, 1));
  cache.reset();
  CHECK(warnings.size() == 1);
}

TEST_CASE_METHOD(Cache, "a disk that fills up costs one warning") {
  check(base::makeDirectories(path));
  if (::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=256k") != 0) {
    WARN("not tried: this user cannot mount a small disk");
    return;
  }
  {
    auto cache = open();
    for (int i = 0; i < 20'000; ++i)
      check(cache->store(keyOf(i), resultOf(i)));
    check(cache->flush());
    CHECK(warnings.size() == 1);
    CHECK(has(*cache, 19'999));
    check(cache->store(keyOf(20'000), resultOf(20'000)));
    CHECK(has(*cache, 20'000));
  }
  CHECK(warnings.size() == 1);
  REQUIRE(::umount(path.c_str()) == 0);
}

TEST_CASE_METHOD(Cache, "reading only makes and changes nothing") {
  {
    auto cache = open(cache::Access::ReadOnly);
    CHECK_FALSE(has(*cache, 1));
    check(cache->store(keyOf(1), resultOf(1)));
    CHECK(has(*cache, 1));
  }
  CHECK_FALSE(exists(path));
  store(2);
  std::string before = readFile(path + "/actions.db");
  auto listed = get(base::makeRealFileSystem()->list(path)).size();
  {
    auto cache = open(cache::Access::ReadOnly);
    CHECK(has(*cache, 1));
    check(cache->store(keyOf(5), resultOf(5)));
    CHECK(has(*cache, 5));
    check(cache->flush());
    check(cache->remove(keyOf(1)));
  }
  CHECK(readFile(path + "/actions.db") == before);
  CHECK(get(base::makeRealFileSystem()->list(path)).size() == listed);
  writeFile(path + "/actions.db", "garbage");
  CHECK_FALSE(has(*open(cache::Access::ReadOnly), 1));
  CHECK(readFile(path + "/actions.db") == "garbage");
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Cache, "threads and processes share one cache") {
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    pid_t pid = ::fork();
    if (pid == 0) {
      bool warned = false;
      auto cache = cache::openActionCache(path, [&](llvm::StringRef warning) {
        warned = true;
        llvm::errs() << warning << "\n";
      });
      for (int i = 0; i < 500; ++i) {
        llvm::consumeError((*cache)->store(keyOf(child * 1000 + i), resultOf(child * 1000 + i)));
        if (i % 50 == 0)
          llvm::consumeError((*cache)->flush());
      }
      cache->reset();
      ::_exit(warned ? 1 : 0);
    }
    children.push_back(pid);
  }
  auto cache = open();
  std::vector<std::thread> threads;
  for (int thread = 4; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 500; ++i) {
        llvm::consumeError(cache->store(keyOf(thread * 1000 + i), resultOf(thread * 1000 + i)));
        auto found = cache->lookUp(keyOf(thread * 1000 + i / 2));
        llvm::consumeError(found.takeError());
      }
    });
  for (auto& thread : threads)
    thread.join();
  for (pid_t pid : children) {
    int status = -1;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  check(cache->flush());
  for (int owner = 0; owner < 8; ++owner)
    for (int i = 0; i < 500; ++i)
      CHECK(has(*cache, owner * 1000 + i));
  CHECK(warnings.empty());
}
