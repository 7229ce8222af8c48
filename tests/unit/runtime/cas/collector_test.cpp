// Collection, leases, frames and verification of the store of the local disk.
#include "runtime/cas/collection.h"

#include "runtime/cas/clock.h"
#include "runtime/cas/collected_log.h"
#include "runtime/cas/frame.h"
#include "runtime/cas/lease.h"
#include "runtime/cas/names.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/cas/with_store.h"

#include <catch2/catch.hpp>

#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace pipec;
using namespace pipec::cas;
using test::blobPath;
using test::DayMs;
using test::exists;
using test::get;
using test::WithStore;

namespace {

std::string noise(size_t size) {
  std::string bytes;
  for (uint64_t i = 0; bytes.size() < 2 * size; ++i)
    bytes += base::digestOf(std::to_string(i)).hex();
  std::string packed; // hexadecimal digits would compress to a half
  for (size_t i = 0; i + 1 < bytes.size(); i += 2)
    packed += static_cast<char>(std::stoi(bytes.substr(i, 2), nullptr, 16));
  return packed;
}

} // namespace

TEST_CASE_METHOD(WithStore, "what was not used for long goes, and nothing else") {
  base::Digest old = get(store->putBytes("old")), young = get(store->putBytes("young"));
  close();
  age(old, 40);
  age(young, 20);
  SweepResult result = sweep(30);
  CHECK(result.blobs == 1);
  CHECK(result.bytes == 4096);
  CHECK_FALSE(has(old));
  CHECK(has(young));
  open();
  auto loss = store->lossOf(old);
  REQUIRE(loss);
  CHECK(loss->kind == Loss::Kind::Collected);
  CHECK(loss->when >= nowMs() - 60'000);
  CHECK_FALSE(store->lossOf(young));
}

TEST_CASE_METHOD(WithStore, "whatever names content uses it") {
  Content file = test::fileOf(*store, "file"), inTree = test::fileOf(*store, "in a tree");
  base::Digest tree = test::treeOf(*store, {{"a/b", "in a tree"}});
  for (const base::Digest& digest : {file.digest, inTree.digest, tree})
    age(digest, 40);
  close();
  open();
  SECTION("by asking for it") {
    CHECK(get(store->contains({EntryKind::Directory, tree})));
    CHECK(get(store->contains(file)));
  }
  SECTION("by putting it again") {
    test::fileOf(*store, "file");
    test::treeOf(*store, {{"a/b", "in a tree"}});
  }
  close();
  sweep(30);
  CHECK(has(file.digest));
  CHECK(has(inTree.digest));
  CHECK(has(tree));
}

TEST_CASE_METHOD(WithStore, "a dry run uses nothing") {
  Content file = test::fileOf(*store, "file");
  age(file.digest, 40);
  close();
  CHECK(get(get(openContentStoreForReading(path))->contains(file)));
  sweep(30);
  CHECK_FALSE(has(file.digest));
}

TEST_CASE_METHOD(WithStore,
                 "nothing that a living process has looked at may go, however long ago") {
  CHECK(oldestLease(path));
  auto began = *oldestLease(path);
  CHECK(began <= nowMs());
  CHECK(began > nowMs() - 60'000);
  {
    auto second = get(openLocalContentStore(path));
    CHECK(oldestLease(path) == began);
    CHECK(collector()->safe(nowMs()) <= began - UseGranularityMs);
  }
  close();
  CHECK_FALSE(oldestLease(path));
  CHECK(collector()->safe(nowMs()) > nowMs() - UseGranularityMs - 60'000);
}

TEST_CASE_METHOD(WithStore, "a lease ends with its process, however that dies") {
  close();
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  pid_t child = ::fork();
  if (child == 0) {
    Lease lease = Lease::take(path);
    (void)!::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char byte;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(oldestLease(path));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(oldestLease(path));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE_METHOD(WithStore, "one process collects at a time") {
  auto first = collector();
  REQUIRE(first);
  CHECK_FALSE(collector());
  first.reset();
  CHECK(collector());
}

TEST_CASE_METHOD(WithStore, "the least recently used goes until the size is kept") {
  std::vector<base::Digest> digests;
  for (int day = 0; day < 10; ++day) {
    digests.push_back(get(store->putBytes("blob " + std::to_string(day))));
    age(digests.back(), day + 1);
  }
  close();
  sweep(100); // makes the account
  auto one = collector();
  CHECK(one->account().blobs == 10);
  CHECK(one->account().blobBytes == 10 * 4096);
  Limits limits{uint64_t{5 * 4096}, std::nullopt};
  int64_t cutoff = one->cutoff(limits);
  CHECK(cutoff < nowMs() - 3 * DayMs);
  CHECK(cutoff > nowMs() - 7 * DayMs);
  CHECK(one->partsUsedBefore(cutoff).size() >= 4);
  SweepResult result;
  SweepLimits sweepLimits;
  sweepLimits.usedBefore = cutoff;
  for (unsigned part : one->partsUsedBefore(cutoff))
    test::check(one->sweep(part, sweepLimits, result));
  CHECK(one->account().blobBytes <= 5 * 4096);
  CHECK(has(digests[0]));
  CHECK(has(digests[1]));
  CHECK_FALSE(has(digests[9]));
  CHECK(one->cutoff(limits) == INT64_MIN);
}

TEST_CASE_METHOD(WithStore, "the account knows what builds add, without a walk") {
  get(store->putBytes("one"));
  base::Digest tree = test::treeOf(*store, {{"a", std::string(5000, 'a')}});
  get(store->materialise({EntryKind::Directory, tree}));
  CHECK(store->hasAdditions());
  {
    auto one = collector();
    one->add(store->takeAdditions());
    test::check(one->finish());
  }
  CHECK_FALSE(store->hasAdditions());
  StoreAccount account = readAccount(path);
  // One, the file and its folder; the empty root of treeOf is the empty blob.
  CHECK(account.blobs == 3);
  CHECK(account.trees == 1);
  CHECK(account.treeBytes >= 8192);
  close();
  sweep(100);
  StoreAccount seen = readAccount(path);
  CHECK(seen.blobs == account.blobs);
  CHECK(seen.blobBytes == account.blobBytes);
  CHECK(seen.trees == account.trees);
  CHECK(seen.treeBytes == account.treeBytes);
}

TEST_CASE_METHOD(WithStore, "a damaged account is made anew") {
  get(store->putBytes("one"));
  close();
  sweep(100);
  std::ofstream(path + "/usage", std::ios::binary) << "garbage";
  CHECK(readAccount(path).blobs == 0);
  sweep(100);
  CHECK(readAccount(path).blobs == 1);
}

TEST_CASE_METHOD(WithStore, "copies for steps go earlier than blobs, and are made again") {
  base::Digest tree = test::treeOf(*store, {{"a", "1"}});
  std::string copy = *get(store->materialise({EntryKind::Directory, tree}));
  close();
  age(copy, 40);
  timespec times[2] = {{0, UTIME_OMIT}, {946684800, 0}};
  REQUIRE(::utimensat(AT_FDCWD, copy.c_str(), times, 0) == 0);
  SECTION("unused") {
    CHECK(sweep(30).trees == 1);
    CHECK_FALSE(exists(copy));
    open();
    CHECK(test::readFile(*get(store->materialise({EntryKind::Directory, tree})) + "/a") == "1");
  }
  SECTION("used") {
    open();
    CHECK(*get(store->materialise({EntryKind::Directory, tree})) == copy);
    close();
    CHECK(sweep(30).trees == 0);
    CHECK(exists(copy));
  }
}

TEST_CASE_METHOD(WithStore, "what is not used any more is compressed, and reads as before") {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i)
    text += "line " + std::to_string(i) + "\n";
  base::Digest compressible = get(store->putBytes(text)),
               incompressible = get(store->putBytes(noise(100'000))),
               small = get(store->putBytes(std::string(4096, 'a')));
  for (const base::Digest& digest : {compressible, incompressible, small})
    age(digest, 2);
  close();
  SweepResult result = sweep(100, 1);
  CHECK(result.compressed == 1);
  CHECK(result.saved > 200'000);
  struct stat status;
  REQUIRE(::stat(blobPath(path, compressible).c_str(), &status) == 0);
  CHECK(status.st_size < 100'000);
  CHECK(milliseconds(status.st_mtim) < nowMs() - DayMs); // not used by that
  REQUIRE(::stat(blobPath(path, incompressible).c_str(), &status) == 0);
  CHECK(status.st_size == 100'000);
  CHECK(sweep(100, 1).compressed == 0);

  open();
  CHECK(get(store->bytes(compressible)) == text);
  CHECK(get(store->copyTo({EntryKind::File, compressible}, folder / "copy")));
  CHECK(test::readFile(folder / "copy") == text);
  // Putting it again neither fails nor unpacks it.
  CHECK(get(store->putBytes(text)) == compressible);
  REQUIRE(::stat(blobPath(path, compressible).c_str(), &status) == 0);
  CHECK(status.st_size < 100'000);

  SECTION("a frame that was cut is damage like any other") {
    REQUIRE(::chmod(blobPath(path, compressible).c_str(), 0644) == 0);
    REQUIRE(::truncate(blobPath(path, compressible).c_str(), 1000) == 0);
    CHECK_FALSE(get(store->bytes(compressible)));
    CHECK(get(store->putBytes(text)) == compressible);
    CHECK(get(store->bytes(compressible)) == text);
  }
  SECTION("so is a flipped bit") {
    std::string frame = test::readFile(blobPath(path, compressible));
    frame[frame.size() / 2] ^= 1;
    test::damage(blobPath(path, compressible), frame);
    CHECK_FALSE(get(store->copyTo({EntryKind::File, compressible}, folder / "other")));
  }
}

TEST_CASE_METHOD(WithStore, "bytes that look like a frame are content") {
  std::string text(10'000, 'x');
  base::Digest inner = get(store->putBytes(text));
  age(inner, 2);
  close();
  REQUIRE(sweep(100, 1).compressed == 1);
  std::string frame = test::readFile(blobPath(path, inner));
  open();
  base::Digest outer = get(store->putBytes(frame));
  CHECK(outer != inner);
  CHECK(get(store->bytes(outer)) == frame);
  CHECK(get(store->copyTo({EntryKind::File, outer}, folder / "copy")));
  CHECK(test::readFile(folder / "copy") == frame);
}

TEST_CASE_METHOD(WithStore, "clearing removes all, unless somebody uses it") {
  base::Digest digest = get(store->putBytes("x"));
  CHECK_FALSE(get(clearStore(path, /*force=*/false)).has_value());
  CHECK(has(digest));
  close();
  CHECK(get(clearStore(path, /*force=*/false)).has_value());
  CHECK_FALSE(has(digest));
  open();
  auto loss = store->lossOf(digest);
  REQUIRE(loss);
  CHECK(loss->kind == Loss::Kind::Cleared);
}

TEST_CASE_METHOD(WithStore, "verification names what is wrong, and repairs it") {
  base::Digest good = get(store->putBytes("good")), flipped = get(store->putBytes("flipped")),
               cut = get(store->putBytes("cut"));
  base::Digest tree = test::treeOf(*store, {{"a", "1"}});
  std::string copy = *get(store->materialise({EntryKind::Directory, tree}));
  close();
  CHECK(get(verifyStore(path, false)).problems.empty());
  test::damage(blobPath(path, flipped), "flopped");
  test::damage(blobPath(path, cut), "");
  test::writeFile(path + "/blobs/ab/stray", "");
  test::writeFile(path + "/notes.txt", "");
  test::writeFile(copy + "/a", "2");
  std::set<std::pair<StoreProblem::Kind, std::string>> found;
  for (const StoreProblem& problem : get(verifyStore(path, false)).problems)
    found.emplace(problem.kind, problem.path);
  using Kind = StoreProblem::Kind;
  CHECK(found ==
        std::set<std::pair<Kind, std::string>>{{Kind::DamagedBlob, "blobs/" + blobName(flipped)},
                                               {Kind::CutBlob, "blobs/" + blobName(cut)},
                                               {Kind::StrayFile, "blobs/ab/stray"},
                                               {Kind::StrayFile, "notes.txt"},
                                               {Kind::DamagedTree, copy.substr(path.size() + 1)}});
  VerifyResult repaired = get(verifyStore(path, true));
  CHECK(repaired.problems.size() == 5);
  CHECK(llvm::all_of(repaired.problems, [](const StoreProblem& p) { return p.repaired; }));
  CHECK(get(verifyStore(path, false)).problems.empty());
  CHECK(has(good));
}

TEST_CASE_METHOD(WithStore, "the memory of what was collected is bounded") {
  std::vector<base::Sha256> hashes;
  for (uint64_t i = 0; i < 40'000; ++i)
    hashes.push_back(test::sampleDigest(i).hash);
  for (int round = 0; round < 3; ++round)
    test::check(logCollected(path, hashes));
  struct stat status;
  REQUIRE(::stat((path + "/collected").c_str(), &status) == 0);
  CHECK(status.st_size <= 2 * 32 * 1024 * 40);
  CHECK(Losses::read(path).of(test::sampleDigest(39'999)));
}

TEST_CASE_METHOD(WithStore, "a name that leads out of a tree makes it no directory") {
  Directory directory{{{"xx", test::fileOf(*store, "x"), ""}}};
  std::string encoded = encodeDirectory(directory);
  for (const char* name : {"..", "./", "/x"}) {
    std::string evil = encoded;
    evil.replace(evil.find("xx"), 2, name);
    base::Digest digest = get(store->putBytes(evil));
    CHECK_FALSE(get(store->contains({EntryKind::Directory, digest})));
    Content content{EntryKind::Directory, digest};
    auto refused = [](llvm::Error error) {
      bool isRefused = error.isA<NoDirectory>();
      llvm::consumeError(std::move(error));
      return isRefused;
    };
    CHECK(refused(store->directory(digest).takeError()));
    CHECK(refused(store->materialise(content).takeError()));
    CHECK(refused(store->copyTo(content, folder / "out").takeError()));
  }
}
