// The memo of keys: what it remembers, and what it does not believe.
#include "runtime/cache/key_memo.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <thread>

using namespace pipec;
using namespace pipec::test;

namespace {

struct Memo {
  TemporaryFolder folder;
  std::string file = folder / "keys";
  base::HashSecret secret = base::HashSecret::random();

  std::unique_ptr<cache::KeyMemo> open(cache::Access access = cache::Access::ReadWrite) {
    return cache::openKeyMemo(folder.path, access, secret);
  }
  static std::string fields(int number) { return "fields of " + std::to_string(number); }
  void learn(int count) {
    auto memo = open();
    for (int i = 0; i < count; ++i)
      CHECK(memo->digestOf(fields(i)) == base::digestOf(fields(i)));
  }
};

} // namespace

TEST_CASE_METHOD(Memo, "a memo says what digestOf says, whatever it remembers") {
  learn(5000);
  struct stat grown;
  REQUIRE(::stat(file.c_str(), &grown) == 0);
  CHECK((grown.st_mode & 0777) == 0600);
  for (auto access : {cache::Access::ReadWrite, cache::Access::ReadOnly}) {
    auto memo = open(access);
    for (int i = 0; i < 6000; ++i)
      CHECK(memo->digestOf(fields(i)) == base::digestOf(fields(i)));
  }
}

TEST_CASE_METHOD(Memo,
                 "what is remembered is served, and so that it is seen only under its secret") {
  learn(1);
  // The digest of the one slot that is in use, exchanged by hand.
  std::string bytes = readFile(file);
  std::string digest(reinterpret_cast<const char*>(base::digestOf(fields(0)).hash.bytes.data()),
                     32);
  size_t at = bytes.find(digest);
  REQUIRE(at != std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  std::ofstream(file, std::ios::binary) << bytes;
  CHECK(open()->digestOf(fields(0)) == base::digestOf(fields(0)));
}

TEST_CASE_METHOD(Memo, "another secret knows nothing of it") {
  learn(100);
  secret = base::HashSecret::random();
  learn(100);
}

TEST_CASE_METHOD(Memo, "whatever stands in the file's place costs time and nothing else") {
  learn(10);
  std::string good = readFile(file);
  for (std::string bytes : {std::string(), std::string("garbage"), good.substr(0, 100), good + "x",
                            std::string(good.size(), '\xff')}) {
    std::ofstream(file, std::ios::binary) << bytes;
    learn(10);
  }
  REQUIRE(::unlink(file.c_str()) == 0);
  REQUIRE(::symlink("elsewhere", file.c_str()) == 0);
  learn(10);
  CHECK_FALSE(exists(folder / "elsewhere"));
}

TEST_CASE_METHOD(Memo, "threads and memos of one file do not disturb each other") {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      auto memo = open();
      for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 1500; ++i)
          if (memo->digestOf(fields(i)) != base::digestOf(fields(i)))
            std::abort();
        memo->flush();
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  learn(1500);
}
