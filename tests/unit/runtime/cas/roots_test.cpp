// Root file systems: keeping, finding, sharing.
#include "runtime/cas/collection.h"

#include "tests/unit/runtime/cas/root_folders.h"

#include "llvm/Support/Path.h"

#include <catch2/catch.hpp>

#include <mutex>
#include <thread>

using namespace pipec;
using namespace pipec::cas;
using test::exists;
using test::get;
using test::keepRoot;
using test::makeRoot;
using test::statusOf;

namespace {

struct WithRoots {
  void reopen() {
    store.reset();
    store = get(openLocalContentStore(path));
  }
  std::optional<std::string> find(const base::Digest& id) { return get(store->findRoot(id)); }

  test::TemporaryFolder folder;
  std::string path = folder / "store";
  std::unique_ptr<ContentStore> store = get(openLocalContentStore(path));
  base::Digest one = base::digestOf("one"), two = base::digestOf("two");
};

} // namespace

TEST_CASE_METHOD(WithRoots, "a root is found as it was kept") {
  CHECK_FALSE(find(one));
  std::string root = makeRoot(*store, {{"bin/tool", "tool"},
                                       {"bin/same", "tool"},
                                       {"etc/empty", ""},
                                       {"etc/also-empty", ""},
                                       {"link", "->../out"},
                                       {"a\nb", "odd name"}});
  REQUIRE(::chmod((root + "/bin/tool").c_str(), 04711) == 0);
  REQUIRE(::link((root + "/bin/tool").c_str(), (root + "/hard").c_str()) == 0);
  REQUIRE(::mkdir((root + "/none").c_str(), 0755) == 0);
  REQUIRE(::chmod((root + "/none").c_str(), 0775) == 0);
  test::setTime(root + "/bin", 1'100'000'000);
  test::setTime(root, 1'200'000'000);
  std::string kept = get(store->keepRoot(one, root));
  CHECK_FALSE(exists(root));
  CHECK(llvm::StringRef(kept).starts_with("/"));
  for (int process = 0; process < 2; ++process) {
    CHECK(find(one) == kept);
    CHECK_FALSE(find(two));
    CHECK(test::readFile(kept + "/bin/tool") == "tool");
    CHECK(test::readFile(kept + "/a\nb") == "odd name");
    CHECK((statusOf(kept + "/bin/tool").st_mode & 07777) == 04711);
    CHECK(statusOf(kept + "/bin/tool").st_mtim.tv_sec == 1'000'000'000);
    CHECK(statusOf(kept + "/bin/tool").st_mtim.tv_nsec == 7);
    CHECK(statusOf(kept + "/bin/tool").st_ino == statusOf(kept + "/hard").st_ino);
    CHECK(statusOf(kept + "/bin/same").st_ino != statusOf(kept + "/hard").st_ino);
    CHECK(statusOf(kept + "/etc/empty").st_nlink == 1);
    CHECK(S_ISLNK(statusOf(kept + "/link").st_mode));
    CHECK((statusOf(kept + "/none").st_mode & 07777) == 0775);
    CHECK(statusOf(kept + "/bin").st_mtim.tv_sec == 1'100'000'000);
    CHECK(statusOf(kept).st_mtim.tv_sec == 1'200'000'000);
    reopen();
  }
}

TEST_CASE_METHOD(WithRoots, "files that two roots have take their space once") {
  std::string large(100'000, 'x');
  std::string first = keepRoot(*store, one, {{"usr/large", large}, {"usr/own", "first"}});
  std::string root = makeRoot(*store, {{"opt/large", large}, {"opt/own", "second"}});
  REQUIRE(::link((root + "/opt/large").c_str(), (root + "/again").c_str()) == 0);
  test::setTime(root + "/opt", 1'100'000'000);
  std::string second = get(store->keepRoot(two, root));
  auto shared = statusOf(first + "/usr/large");
  CHECK(statusOf(second + "/opt/large").st_ino == shared.st_ino);
  CHECK(statusOf(second + "/again").st_ino == shared.st_ino);
  CHECK(shared.st_nlink == 4); // the pool's, and three
  CHECK(statusOf(second + "/opt/own").st_ino != statusOf(first + "/usr/own").st_ino);
  CHECK(statusOf(second + "/opt").st_mtim.tv_sec == 1'100'000'000);
  CHECK(test::readFile(second + "/opt/large") == large);
  reopen();
  CHECK(find(one) == first);
  CHECK(find(two) == second);
}

TEST_CASE_METHOD(WithRoots, "files with other modes or times are no equal files") {
  std::string first = keepRoot(*store, one, {{"a", "same"}, {"b", "same"}, {"c", "same"}});
  std::string root = makeRoot(*store, {{"a", "same"}, {"b", "same"}, {"c", "same"}});
  REQUIRE(::chmod((root + "/a").c_str(), 0755) == 0);
  test::setTime(root + "/b", 1'000'000'001);
  std::string second = get(store->keepRoot(two, root));
  CHECK((statusOf(second + "/a").st_mode & 07777) == 0755);
  CHECK((statusOf(first + "/a").st_mode & 07777) == 0644);
  CHECK(statusOf(second + "/b").st_mtim.tv_sec == 1'000'000'001);
  // Which of the first root's files it is does not matter.
  CHECK(statusOf(second + "/c").st_nlink == 3);
}

TEST_CASE_METHOD(WithRoots, "bytes are compared before they are shared") {
  std::string first = keepRoot(*store, one, {{"a", "right"}});
  { // in place, so that size, mode and time are as before
    int file = ::open((first + "/a").c_str(), O_WRONLY);
    REQUIRE(::pwrite(file, "wrong", 5, 0) == 5);
    ::close(file);
    test::setTime(first + "/a", 1'000'000'000);
  }
  std::string second = keepRoot(*store, two, {{"a", "right"}});
  CHECK(test::readFile(second + "/a") == "right");
  // From now on the right one is shared.
  std::string third = keepRoot(*store, base::digestOf("three"), {{"b", "right"}});
  CHECK(statusOf(third + "/b").st_ino == statusOf(second + "/a").st_ino);
}

TEST_CASE_METHOD(WithRoots, "a root that was touched is not found, and is made again") {
  const std::map<std::string, std::string> files{{"d/a", "bytes"}, {"d/b", "more"}, {"l", "->d"}};
  std::string kept = keepRoot(*store, one, files);
  store.reset();
  SECTION("content") {
    test::writeFile(kept + "/d/a", "other bytes");
  }
  SECTION("time") {
    test::setTime(kept + "/d/a", 1'000'000'001);
  }
  SECTION("mode") {
    REQUIRE(::chmod((kept + "/d/a").c_str(), 0600) == 0);
  }
  SECTION("mode of a folder") {
    REQUIRE(::chmod((kept + "/d").c_str(), 0777) == 0);
  }
  SECTION("a new name") {
    test::writeFile(kept + "/d/c", "");
  }
  SECTION("a lost name") {
    REQUIRE(::unlink((kept + "/d/b").c_str()) == 0);
  }
  SECTION("another kind") {
    REQUIRE(::unlink((kept + "/l").c_str()) == 0);
    test::writeFile(kept + "/l", "d");
  }
  SECTION("no manifest") {
    REQUIRE(::unlink((kept + "/../manifest").c_str()) == 0);
  }
  SECTION("a manifest that was cut") {
    std::string text = test::readFile(kept + "/../manifest");
    REQUIRE(::unlink((kept + "/../manifest").c_str()) == 0);
    test::writeFile(kept + "/../manifest", text.substr(0, text.size() - 40));
  }
  SECTION("not even a folder") {
    test::check(base::removeTree(kept));
    test::writeFile(kept, "");
  }
  reopen();
  CHECK_FALSE(find(one));
  CHECK_FALSE(exists(kept));
  CHECK(keepRoot(*store, one, files) == kept);
  reopen();
  CHECK(find(one) == kept);
  CHECK(test::readFile(kept + "/d/a") == "bytes");
}

TEST_CASE_METHOD(WithRoots, "to keep a root that is there is to take it") {
  std::string kept = keepRoot(*store, one, {{"a", "1"}});
  auto before = statusOf(kept);
  std::string root = makeRoot(*store, {{"a", "1"}, {"b", "2"}});
  CHECK(get(store->keepRoot(one, root)) == kept);
  CHECK(statusOf(kept).st_ino == before.st_ino);
  CHECK_FALSE(exists(root));
}

TEST_CASE_METHOD(WithRoots,
                 "several processes keep the same root, and others with the same files") {
  static constexpr int Processes = 4, Rounds = 2;
  std::map<std::string, std::string> files;
  for (int i = 0; i < 40; ++i)
    files["d" + std::to_string(i % 5) + "/f" + std::to_string(i)] = "content " + std::to_string(i);
  std::vector<std::string> failures;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int process = 0; process < Processes; ++process)
    threads.emplace_back([&, process] {
      // Catch's assertions are for one thread.
      auto fail = [&](llvm::Error error) {
        std::lock_guard lock(mutex);
        failures.push_back(base::describe(std::move(error)).second);
      };
      auto other = openLocalContentStore(path);
      if (!other)
        return fail(other.takeError());
      for (int round = 0; round < Rounds; ++round)
        for (std::string name : {std::to_string(round), std::to_string(process)}) {
          auto place = (*other)->newFolder();
          if (!place)
            return fail(place.takeError());
          for (const auto& [file, bytes] : files) {
            std::string whole = *place + "/root/" + file;
            llvm::cantFail(base::makeDirectories(llvm::sys::path::parent_path(whole)));
            std::ofstream(whole) << bytes;
            const timespec times[2] = {{1, 0}, {1, 0}};
            ::utimensat(AT_FDCWD, whole.c_str(), times, 0);
          }
          auto kept = (*other)->keepRoot(base::digestOf(name), *place + "/root");
          if (!kept)
            return fail(kept.takeError());
        }
    });
  for (std::thread& thread : threads)
    thread.join();
  CHECK(failures.empty());
  reopen();
  for (int i = 0; i < Rounds; ++i) {
    auto kept = find(base::digestOf(std::to_string(i)));
    REQUIRE(kept);
    for (const auto& [file, bytes] : files)
      CHECK(test::readFile(*kept + "/" + file) == bytes);
  }
  CHECK(get(verifyStore(path, false)).problems.empty());
}

TEST_CASE_METHOD(WithRoots, "a file with as many names as it can have is not shared any more") {
  std::string kept = keepRoot(*store, one, {{"a", "bytes"}});
  std::string many = get(store->newFolder());
  static constexpr int MostTried = 66'000; // ext4 has 65,000
  int failed = 0;
  for (int i = 0; failed == 0 && i < MostTried; ++i)
    failed = ::link((kept + "/a").c_str(), (many + "/" + std::to_string(i)).c_str());
  if (failed == 0) {
    WARN("not tried: this file system has no such limit");
    return;
  }
  std::string other = keepRoot(*store, two, {{"a", "bytes"}});
  CHECK(statusOf(other + "/a").st_nlink == 1);
  CHECK(test::readFile(other + "/a") == "bytes");
  reopen();
  CHECK(find(two) == other);
}

TEST_CASE_METHOD(WithRoots, "what cannot be kept is an error that names it") {
  std::string root = makeRoot(*store, {{"d/a", "1"}});
  SECTION("a pipe") {
    REQUIRE(::mkfifo((root + "/d/pipe").c_str(), 0644) == 0);
    CHECK(llvm::StringRef(test::failureOf(store->keepRoot(one, root)))
              .contains("d/pipe` is neither a file nor a folder nor a link"));
  }
  SECTION("a folder that its owner cannot write") {
    REQUIRE(::chmod((root + "/d").c_str(), 0555) == 0);
    CHECK(llvm::StringRef(test::failureOf(store->keepRoot(one, root)))
              .contains("/d` cannot be kept: its owner may not read, write and enter it"));
  }
  CHECK_FALSE(find(one));
}

TEST_CASE_METHOD(WithRoots, "files that nobody may read are kept, and not shared") {
  for (const base::Digest& id : {one, two}) {
    std::string root = makeRoot(*store, {{"shadow", "secret"}});
    REQUIRE(::chmod((root + "/shadow").c_str(), 0) == 0);
    std::string kept = get(store->keepRoot(id, root));
    CHECK((statusOf(kept + "/shadow").st_mode & 07777) == 0);
    CHECK(statusOf(kept + "/shadow").st_nlink == 1);
  }
  reopen();
  CHECK(find(one));
  CHECK(get(verifyStore(path, false)).problems.empty());
}

TEST_CASE_METHOD(WithRoots, "a dry run keeps and finds no roots") {
  keepRoot(*store, one, {{"a", "1"}});
  auto reading = get(openContentStoreForReading(path));
  for (std::string message :
       {test::failureOf(reading->findRoot(one)), test::failureOf(reading->newFolder()),
        test::failureOf(reading->keepRoot(one, path))})
    CHECK(message == "a dry run writes no content to the disk");
}

TEST_CASE_METHOD(WithRoots, "nobody but its owner reaches into a root") {
  std::string kept = keepRoot(*store, one, {{"a", "1"}});
  for (std::string place : {kept + "/..", path + "/roots", path + "/root-files"})
    CHECK((statusOf(place).st_mode & 0777) == 0700);
}

TEST_CASE_METHOD(WithRoots, "new folders go with their process") {
  std::string place = get(store->newFolder());
  test::writeFile(place + "/d/a", "1");
  CHECK((statusOf(place).st_mode & 0777) == 0700);
  store.reset();
  CHECK_FALSE(exists(place));
}
