// Root file systems: collection, the account, verification.
#include "runtime/cas/names.h"

#include "tests/unit/runtime/cas/root_folders.h"
#include "tests/unit/runtime/cas/with_store.h"

#include "llvm/ADT/STLExtras.h"

#include <filesystem>
#include <set>

using namespace pipec;
using namespace pipec::cas;
using test::exists;
using test::get;
using test::keepRoot;
using test::statusOf;

namespace {

constexpr uint64_t Block = 4096;

struct WithRoots : test::WithStore {
  std::string placeOf(const base::Digest& id) const { return path + "/roots/" + blobName(id); }
  size_t poolFiles() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path + "/root-files"))
      count += entry.is_regular_file();
    return count;
  }
  /// As the file system has it, each inode once; a folder is a block, as some file systems do not
  /// say.
  uint64_t bytesOnDisk() const {
    std::set<ino_t> seen;
    uint64_t bytes = 0;
    auto add = [&](const std::string& place) {
      struct stat status = statusOf(place);
      if (!S_ISLNK(status.st_mode) && seen.insert(status.st_ino).second)
        bytes += S_ISDIR(status.st_mode) ? Block : static_cast<uint64_t>(status.st_blocks) * 512;
    };
    for (const auto& group : std::filesystem::directory_iterator(path + "/roots"))
      for (const auto& place : std::filesystem::directory_iterator(group)) {
        add(place.path());
        for (const auto& entry : std::filesystem::recursive_directory_iterator(place))
          add(entry.path());
      }
    return bytes;
  }

  base::Digest one = base::digestOf("one"), two = base::digestOf("two");
  std::string common = std::string(100'000, 'c');
};

} // namespace

TEST_CASE_METHOD(WithRoots, "an unused root goes, and leaves what others share with it") {
  std::string first = keepRoot(*store, one, {{"common", common}, {"d/own", "first"}});
  std::string second = keepRoot(*store, two, {{"common", common}, {"own", "second"}});
  close();
  age(placeOf(one), 40);
  CHECK(poolFiles() == 3);
  SweepResult result = sweep(30);
  CHECK(result.roots == 1);
  // The file, the manifest and three folders.
  CHECK(result.bytes == 5 * Block);
  CHECK_FALSE(exists(first));
  CHECK(poolFiles() == 2);
  CHECK(statusOf(second + "/common").st_nlink == 2);
  CHECK(readAccount(path).roots == 1);
  CHECK(readAccount(path).rootBytes == bytesOnDisk());
  open();
  CHECK_FALSE(get(store->findRoot(one)));
  CHECK(get(store->findRoot(two)) == second);
  CHECK(test::readFile(second + "/common") == common);
}

TEST_CASE_METHOD(WithRoots, "to find a root is to use it, to look after it is not") {
  keepRoot(*store, one, {{"a", "1"}});
  close();
  age(placeOf(one), 40);
  auto used = [&] { return milliseconds(statusOf(placeOf(one)).st_atim); };
  CHECK(sweep(50).roots == 0);
  CHECK(get(verifyStore(path, false)).roots == 1);
  CHECK(used() < nowMs() - 39 * test::DayMs);
  open();
  CHECK(get(store->findRoot(one)));
  close();
  CHECK(used() > nowMs() - test::DayMs);
  CHECK(sweep(30).roots == 0);
}

TEST_CASE_METHOD(WithRoots, "the account has what roots share once, without a walk") {
  keepRoot(*store, one, {{"common", common}, {"d/own", "first"}, {"link", "->d"}});
  keepRoot(*store, two, {{"common", common}, {"again", common}, {"empty", ""}});
  CHECK(store->hasAdditions());
  {
    auto now = collector();
    now->add(store->takeAdditions());
    test::check(now->finish());
  }
  StoreAccount added = readAccount(path);
  CHECK(added.roots == 2);
  CHECK(added.rootBytes == bytesOnDisk());
  CHECK(added.bytes() == added.rootBytes);
  close();
  sweep(100);
  StoreAccount seen = readAccount(path);
  CHECK(seen.roots == 2);
  CHECK(seen.rootBytes == added.rootBytes);
}

TEST_CASE_METHOD(WithRoots, "names in the pool that no root has go at the next look") {
  std::string kept = keepRoot(*store, one, {{"a", "1"}});
  close();
  test::check(base::removeTree(placeOf(one))); // as a process that was killed leaves it
  CHECK(poolFiles() == 1);
  CHECK(sweep(100).bytes == Block);
  CHECK(poolFiles() == 0);
}

TEST_CASE_METHOD(WithRoots, "the least recently used roots go until the size is kept") {
  std::vector<base::Digest> ids;
  for (int day = 0; day < 6; ++day) {
    ids.push_back(base::digestOf(std::to_string(day)));
    keepRoot(*store, ids.back(), {{"a", std::string(50'000, static_cast<char>('a' + day))}});
  }
  close();
  for (int day = 0; day < 6; ++day)
    age(placeOf(ids[day]), day + 1);
  sweep(100);
  auto now = collector();
  uint64_t all = now->account().bytes();
  int64_t cutoff = now->cutoff({all / 2, std::nullopt});
  SweepLimits limits;
  limits.treesBefore = cutoff;
  SweepResult result;
  for (unsigned part : now->partsUsedBefore(cutoff))
    test::check(now->sweep(part, limits, result));
  CHECK(now->account().bytes() <= all / 2);
  CHECK(now->account().bytes() == all - result.bytes);
  CHECK(exists(placeOf(ids[0])));
  CHECK_FALSE(exists(placeOf(ids[5])));
}

TEST_CASE_METHOD(WithRoots, "clearing removes roots and what they share") {
  keepRoot(*store, one, {{"a", "1"}});
  close();
  CHECK(get(clearStore(path, /*force=*/false)).has_value());
  CHECK_FALSE(exists(path + "/roots"));
  CHECK_FALSE(exists(path + "/root-files"));
}

TEST_CASE_METHOD(WithRoots, "verification reads all of every root, and repairs") {
  using Kind = StoreProblem::Kind;
  std::string first = keepRoot(*store, one, {{"common", common}, {"l", "->x"}});
  std::string second = keepRoot(*store, two, {{"common", common}});
  base::Digest three = base::digestOf("three");
  std::string third = keepRoot(*store, three, {{"other", "other"}});
  close();
  VerifyResult good = get(verifyStore(path, false));
  CHECK(good.problems.empty());
  CHECK(good.roots == 3);
  CHECK(good.bytes == 2 * common.size() + 5);
  auto relative = [&](const std::string& place) { return place.substr(path.size() + 1); };
  auto problems = [&] {
    std::set<std::pair<Kind, std::string>> found;
    for (const StoreProblem& problem : get(verifyStore(path, false)).problems)
      found.emplace(problem.kind, problem.path);
    return found;
  };
  size_t count = 1;
  SECTION("shared bytes that changed although the time did not") {
    int file = ::open((first + "/common").c_str(), O_WRONLY);
    REQUIRE(::pwrite(file, "x", 1, 5000) == 1);
    ::close(file);
    test::setTime(first + "/common", 1'000'000'000);
    auto found = problems();
    count = 3;
    CHECK(found.size() == count);
    CHECK(found.count({Kind::DamagedRoot, relative(placeOf(one))}));
    CHECK(found.count({Kind::DamagedRoot, relative(placeOf(two))}));
    CHECK(llvm::any_of(found, [](const auto& problem) {
      return problem.first == Kind::DamagedRoot &&
             llvm::StringRef(problem.second).starts_with("root-files/");
    }));
  }
  SECTION("a link that leads elsewhere") {
    REQUIRE(::unlink((first + "/l").c_str()) == 0);
    REQUIRE(::symlink("y", (first + "/l").c_str()) == 0);
    test::setTime(first + "/l", 1'000'000'000);
    CHECK(problems() ==
          std::set<std::pair<Kind, std::string>>{{Kind::DamagedRoot, relative(placeOf(one))}});
  }
  SECTION("a pipe in a root") {
    REQUIRE(::mkfifo((first + "/pipe").c_str(), 0600) == 0);
    CHECK(problems() ==
          std::set<std::pair<Kind, std::string>>{{Kind::DamagedRoot, relative(placeOf(one))}});
  }
  SECTION("strays") {
    test::writeFile(path + "/roots/ab/notes", "");
    test::writeFile(path + "/root-files/ab/notes", "");
    test::writeFile(path + "/root-files/notes", "");
    test::writeFile(placeOf(one) + "/notes", "");
    CHECK(problems() == std::set<std::pair<Kind, std::string>>{
                            {Kind::StrayFile, "roots/ab/notes"},
                            {Kind::StrayFile, "root-files/ab/notes"},
                            {Kind::StrayFile, "root-files/notes"},
                            {Kind::StrayFile, relative(placeOf(one) + "/notes")}});
    count = 4;
  }
  VerifyResult repaired = get(verifyStore(path, true));
  CHECK(repaired.problems.size() == count);
  CHECK(llvm::all_of(repaired.problems, [](const StoreProblem& p) { return p.repaired; }));
  CHECK(problems().empty());
  CHECK(exists(third));
  // What was repaired is kept again.
  open();
  keepRoot(*store, one, {{"common", common}, {"l", "->x"}});
  CHECK(get(store->findRoot(one)) == first);
  CHECK(test::readFile(first + "/common") == common);
}
