// FileDigests: what is read, when it is read again, and what is trusted.
#include "repository_fixture.h"

#include <csignal>
#include <sys/wait.h>
#include <thread>

using namespace pipec;
using namespace pipec::test;
using cas::Content;
using cas::EntryKind;

TEST_CASE_METHOD(RepositoryFixture, "files and folders have content, and it is in the store") {
  write("a.txt", "text");
  write("run", "script", 0755);
  write("sub/deep/f", "x");
  check(base::makeDirectories(at("sub/empty")));
  CHECK(content("a.txt") == Content{EntryKind::File, base::digestOf("text")});
  CHECK(content("run") == Content{EntryKind::Executable, base::digestOf("script")});
  CHECK(content("./sub//deep/f")->digest == base::digestOf("x"));
  CHECK(bytes("a.txt") == "text");
  CHECK(content("sub") == get(store.putPath(at("sub"))));
  CHECK(content(".") == get(store.putPath(root)));
  CHECK(get(store.contains(*content("."))));
  for (const char* nothing : {"missing", "a.txt/x", "sub/missing/x"})
    CHECK_FALSE(content(nothing));
  for (const char* outside : {"..", "../repository/a.txt", "/etc/passwd", "sub/../../x"})
    CHECK(failure(outside).find("leaves the repository") != std::string::npos);
}

TEST_CASE_METHOD(RepositoryFixture, "a settled file is read once, by all processes together") {
  write("a", "1");
  write("sub/b", "2");
  write("sub/big", std::string(1'500'000, 'B'));
  settle();
  Content before = *content(".");
  CHECK(store.reads == 3);
  for (int process = 0; process < 3; ++process) {
    CHECK(content(".") == before);
    CHECK(content("sub/b")->digest == base::digestOf("2"));
  }
  CHECK(store.reads == 3);
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(RepositoryFixture,
                 "a touched file is read again, is the same, and not stored again") {
  write("a", "1");
  write("big", std::string(1'500'000, 'B'));
  settle();
  Content before = *content("a"), bigBefore = *content("big");
  CHECK(store.reads == 2);
  for (const char* touched : {"a", "big"})
    REQUIRE(::utimensat(AT_FDCWD, at(touched).c_str(), nullptr, 0) == 0);
  CHECK(content("a") == before);
  CHECK(content("big") == bigBefore);
  CHECK(store.reads == 2);
  // Another content of the same size is none that was touched only.
  write("a", "2");
  write("big", std::string(1'499'999, 'B') + "C");
  CHECK(content("a")->digest == base::digestOf("2"));
  CHECK(content("big")->digest == base::digestOf(std::string(1'499'999, 'B') + "C"));
  CHECK(store.reads == 4);
}

TEST_CASE_METHOD(RepositoryFixture, "every kind of edit is seen") {
  write("a", "11");
  write("b", "22");
  settle();
  struct stat old = statusOf(at("a"));
  Content before = *content("a");
  SECTION("bytes") {
    write("a", "longer");
  }
  SECTION("same size, old mtime put back") {
    write("a", "99");
    timespec times[2] = {old.st_atim, old.st_mtim};
    REQUIRE(::utimensat(AT_FDCWD, at("a").c_str(), times, 0) == 0);
    CHECK(statusOf(at("a")).st_mtim.tv_nsec == old.st_mtim.tv_nsec);
  }
  SECTION("another file of the same size and mtime renamed over it") {
    timespec times[2] = {old.st_atim, old.st_mtim};
    REQUIRE(::utimensat(AT_FDCWD, at("b").c_str(), times, 0) == 0);
    REQUIRE(::rename(at("b").c_str(), at("a").c_str()) == 0);
  }
  SECTION("the execute bit") {
    REQUIRE(::chmod(at("a").c_str(), 0755) == 0);
  }
  SECTION("a folder in its place") {
    REQUIRE(::unlink(at("a").c_str()) == 0);
    write("a/x", "11");
  }
  CHECK(content("a") != before);
}

TEST_CASE_METHOD(RepositoryFixture, "an edit in the same tick and of the same size is seen") {
  // Whether the two writes share a tick is up to the clock: some of the rounds do.
  int sameStamp = 0;
  for (int round = 0; round < 200; ++round) {
    write("a", "1");
    cache::Stamp first = cache::stampOf(statusOf(at("a")));
    auto digests = open();
    CHECK(get(digests->content("a"))->digest == base::digestOf("1"));
    std::fstream(at("a"), std::ios::in | std::ios::out) << "2";
    sameStamp += cache::stampOf(statusOf(at("a"))) == first;
    CHECK(get(digests->content("a"))->digest == base::digestOf("2"));
    digests.reset();
    CHECK(content("a")->digest == base::digestOf("2"));
  }
  if (sameStamp == 0)
    WARN("no edit fell into the same tick: this kernel's stamps are finer");
}

TEST_CASE_METHOD(RepositoryFixture, "a file that was written just now is stored once") {
  write("a", "1");
  ahead = -3'600'000'000'000; // however long this process waits for its processor
  for (int process = 1; process <= 3; ++process) {
    CHECK(content("a")->digest == base::digestOf("1"));
    CHECK(store.reads == 1);
    CHECK_FALSE(believes("a"));
  }
  settle();
  content("a");
  CHECK(believes("a"));
}

TEST_CASE_METHOD(RepositoryFixture,
                 "a file from the future is stored once, and its edits are seen") {
  write("a", "1");
  timespec times[2] = {{0, UTIME_OMIT}, {statusOf(at("a")).st_mtim.tv_sec + 3600, 0}};
  REQUIRE(::utimensat(AT_FDCWD, at("a").c_str(), times, 0) == 0);
  settle();
  for (int process = 1; process <= 3; ++process) {
    CHECK(content("a")->digest == base::digestOf("1"));
    CHECK(store.reads == 1);
    CHECK_FALSE(believes("a"));
  }
  write("a", "2");
  CHECK(content("a")->digest == base::digestOf("2"));
}

TEST_CASE_METHOD(RepositoryFixture, "a folder notices every change of what is below it") {
  write("d/a", "1");
  write("d/sub/deep/b", "2");
  check(base::makeDirectories(at("d/empty")));
  settle();
  Content before = *content("d");
  SECTION("added") {
    write("d/sub/new", "3");
  }
  SECTION("added empty folder") {
    check(base::makeDirectories(at("d/empty/more")));
  }
  SECTION("deleted") {
    REQUIRE(::unlink(at("d/a").c_str()) == 0);
  }
  SECTION("deleted empty folder") {
    REQUIRE(::rmdir(at("d/empty").c_str()) == 0);
  }
  SECTION("renamed") {
    REQUIRE(::rename(at("d/a").c_str(), at("d/z").c_str()) == 0);
  }
  SECTION("deeply edited") {
    write("d/sub/deep/b", "9");
  }
  SECTION("mode") {
    REQUIRE(::chmod(at("d/sub/deep/b").c_str(), 0744) == 0);
  }
  CHECK(content("d") != before);
  CHECK(content("d") == get(store.putPath(at("d"))));
}

TEST_CASE_METHOD(RepositoryFixture, "a blob that the store has lost is stored again") {
  write("d/a", "1");
  settle();
  Content tree = *content("d");
  std::string hex = base::digestOf("1").hex();
  check(base::removeTree(folder / ("store/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2))));
  CHECK_FALSE(get(store.contains(tree)));
  CHECK(content("d/a")->digest == base::digestOf("1"));
  CHECK(get(store.contains(tree)));
  check(base::removeTree(folder / "store/blobs"));
  check(base::makeDirectories(folder / "store/blobs"));
}

TEST_CASE_METHOD(RepositoryFixture, "git's and pipec's folders are never seen") {
  write("a", "1");
  Content before = *content(".");
  write(".git/config", "x");
  write(".pipec/state.db", "x");
  write("sub/.git", "gitdir: elsewhere");
  write(".gitignore", "x");
  for (const char* hidden : {".git", ".git/config", ".pipec", ".pipec/state.db", "sub/.git"})
    CHECK_FALSE(content(hidden));
  CHECK(content(".gitignore"));
  CHECK(get(cas::listFiles(store, content(".")->digest)).size() == 2);
  REQUIRE(::unlink(at(".gitignore").c_str()) == 0);
  REQUIRE(::unlink(at("sub/.git").c_str()) == 0);
  REQUIRE(::rmdir(at("sub").c_str()) == 0);
  CHECK(content(".") == before);
}

TEST_CASE_METHOD(RepositoryFixture, "odd names work, names that are not UTF-8 are shown escaped") {
  std::string odd = "-rf *\n'\"$x %d \xc3\xbc" + std::string(200, 'n');
  write("d/" + odd, "1");
  CHECK(content("d/" + odd)->digest == base::digestOf("1"));
  CHECK(content("d") == get(store.putPath(at("d"))));
  write("d/caf\xe9", "latin 1");
  CHECK(failure("d").find("`d/caf\\xE9` is not UTF-8") != std::string::npos);
}

TEST_CASE_METHOD(RepositoryFixture, "what is no content is refused by name") {
  write("d/a", "1");
  REQUIRE(::mkfifo(at("d/pipe").c_str(), 0644) == 0);
  CHECK(failure("d").find("`d/pipe` is a socket, pipe or device") != std::string::npos);
  CHECK(failure("d/pipe").find("`d/pipe` is a socket, pipe or device") != std::string::npos);
}

TEST_CASE_METHOD(RepositoryFixture, "several paths are looked at in one call") {
  std::vector<std::string> paths;
  for (int i = 0; i < 300; ++i) {
    paths.push_back("d" + std::to_string(i % 5) + "/f" + std::to_string(i));
    write(paths.back(), std::to_string(i));
  }
  paths.push_back("missing");
  auto found = get(open()->contents(paths));
  REQUIRE(found.size() == 301);
  for (int i = 0; i < 300; ++i)
    CHECK(found[size_t(i)]->digest == base::digestOf(std::to_string(i)));
  CHECK_FALSE(found.back());
  paths.push_back("../out");
  failureOf(open()->contents(paths));
}

TEST_CASE_METHOD(RepositoryFixture, "a broken table costs one warning and no wrong answer") {
  write("a", "1");
  settle();
  content("a");
  std::string file = cache + "/files.db";
  SECTION("garbage") {
    writeFile(file, std::string(10'000, 'x'));
  }
  SECTION("cut") {
    REQUIRE(::truncate(file.c_str(), 5000) == 0);
  }
  SECTION("a folder") {
    check(base::removeTree(file));
    check(base::makeDirectories(file + "/x"));
  }
  write("a", "2");
  CHECK(content("a")->digest == base::digestOf("2"));
  CHECK(warnings.size() == 1);
}

TEST_CASE_METHOD(RepositoryFixture,
                 "a file that changes while it is read is stored as it was read") {
  write("a", std::string(200'000, '0'));
  std::atomic<bool> stop = false;
  std::thread editor([&] {
    for (char c = '1'; !stop; c = c == '9' ? '1' : static_cast<char>(c + 1))
      std::fstream(at("a"), std::ios::in | std::ios::out) << std::string(200'000, c);
  });
  auto digests = open();
  for (int round = 0; round < 50; ++round) {
    Content found = *get(digests->content("a"));
    CHECK(base::digestOf(*get(store.bytes(found.digest))) == found.digest);
  }
  stop = true;
  editor.join();
  CHECK(get(digests->content("a"))->digest == base::digestOf(readFile(at("a"))));
}

TEST_CASE_METHOD(RepositoryFixture, "a moved repository is the same content") {
  write("d/a", "1");
  Content before = *content("d");
  REQUIRE(::rename(root.c_str(), (folder / "elsewhere").c_str()) == 0);
  root = folder / "elsewhere";
  CHECK(content("d") == before);
}

TEST_CASE_METHOD(RepositoryFixture, "a dry run makes no file") {
  write("d/a", "1");
  auto dry = get(cas::openContentStoreForReading(folder / "no store"));
  {
    auto digests = get(cache::openFileDigests(
        root, folder / "no cache", *dry, [](llvm::StringRef warning) { FAIL(warning.str()); },
        cache::Access::ReadOnly));
    Content tree = *get(digests->content("d"));
    CHECK(tree == get(store.putPath(at("d"))));
    CHECK(get(cas::listFiles(*dry, tree.digest)).size() == 1);
  }
  CHECK_FALSE(exists(folder / "no store"));
  CHECK_FALSE(exists(folder / "no cache"));
}
