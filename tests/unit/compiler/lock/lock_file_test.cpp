// The text of pipe.lock: one text for one content, and nothing that is not understood.
#include "compiler/lock/lock_file.h"
#include "tests/support/digests.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::lock;

namespace {

const std::string Digest = "sha256:" + std::string(64, 'a');

PinnedSource source(std::vector<std::string> of, uint64_t question) {
  return {std::move(of), {"main"}, test::sampleDigest(question).hash, "4f2a"};
}

LockFile sample() {
  LockFile lock;
  lock.packages = {{"acme", "vendor/acme", Digest}, {"tools", "vendor/tools", Digest}};
  lock.sources = {source({"a.pipe:p.x", "b.pipe:p.x"}, 2), source({"c.pipe:p.x"}, 1)};
  return lock;
}

std::string problemOf(llvm::StringRef text) {
  LockFile lock;
  std::optional<LockProblem> problem = parseLock(text, lock);
  CHECK(lock == LockFile());
  REQUIRE(problem);
  CHECK(problem->offset + problem->length <= text.size() + 1);
  return problem->message;
}

} // namespace

TEST_CASE("what is written is read again") {
  LockFile lock;
  CHECK_FALSE(parseLock(renderLock(sample()), lock));
  CHECK(lock == sample());
  CHECK(renderLock(lock) == renderLock(sample()));
}

TEST_CASE("the order of what is written does not depend on that of the entries") {
  LockFile mixed = sample();
  std::swap(mixed.packages[0], mixed.packages[1]);
  std::swap(mixed.sources[0], mixed.sources[1]);
  std::swap(mixed.sources[1].of[0], mixed.sources[1].of[1]);
  CHECK(renderLock(mixed) == renderLock(sample()));
}

TEST_CASE("lists may be missing, and an answer may be any line") {
  LockFile lock;
  CHECK_FALSE(parseLock(R"({"schema": "pipec.lock/2"})", lock));
  CHECK(lock == LockFile());
  lock.sources = {source({"p.pipe:p[\"x\ny\"]"}, 7)};
  lock.sources[0].identity = "\"<<<<<<< \\ \xc3\xa9";
  LockFile again;
  CHECK_FALSE(parseLock(renderLock(lock), again));
  CHECK(again == lock);
}

TEST_CASE("an answer that a command could take for an option is a problem, and is not shown") {
  for (const char* identity : {"--upload-pack=x", "a\nb", "a\x1b[2J"}) {
    LockFile lock;
    lock.sources = {source({"p.pipe:p.src"}, 7)};
    lock.sources[0].identity = identity;
    LockFile again;
    std::optional<LockProblem> problem = parseLock(renderLock(lock), again);
    REQUIRE(problem);
    CHECK(problem->message.find("the identity of `p.pipe:p.src` ") != std::string::npos);
    CHECK(problem->message.find(identity) == std::string::npos);
    CHECK(problem->length == 0);
  }
}

TEST_CASE("a problem has the place of the value") {
  std::string text = renderLock(sample());
  size_t at = text.find("vendor/tools");
  text.replace(at, 12, "../../etc///");
  LockFile lock;
  std::optional<LockProblem> problem = parseLock(text, lock);
  REQUIRE(problem);
  CHECK(problem->offset == at - 1);
  CHECK(problem->length == 14);
}

TEST_CASE("deep brackets, however many, are a problem and no crash") {
  CHECK(problemOf(std::string(1000000, '[')).find("too deep") != std::string::npos);
  CHECK(problemOf("\"" + std::string(1000, '[')).find("is not JSON") != std::string::npos);
  CHECK(problemOf(std::string(1000, ']')).find("is not JSON") != std::string::npos);
}

TEST_CASE("a file is of the innermost package") {
  LockFile lock = sample();
  lock.packages.push_back({"inner", "vendor/acme/vendor/inner", Digest});
  CHECK(lock.packageOf("vendor/acme/x.pipe")->name == "acme");
  CHECK(lock.packageOf("vendor/acme/vendor/inner/x.pipe")->name == "inner");
  CHECK(lock.packageOf("vendor/acme2/x.pipe") == nullptr);
  CHECK(lock.packageOf("vendor/acme") == nullptr);
  CHECK(lock.package("tools")->path == "vendor/tools");
  CHECK(lock.package("tool") == nullptr);
}

TEST_CASE("names and folders of packages") {
  for (llvm::StringRef name : {"acme", "_a", "A1", "test", "pipeline"})
    CHECK(isPackageName(name));
  for (llvm::StringRef name : {"", "_", "1a", "a-b", "a.b", "std", "for", "\xc3\xa9"})
    CHECK_FALSE(isPackageName(name));
  for (llvm::StringRef path : {"a", "vendor/a b", "a/.git", "..a/b", "\xc3\xa9"})
    CHECK(isPackagePath(path));
  for (llvm::StringRef path : {"", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/..", ".git",
                               ".git/a", ".pipec/x", "a\\b", "a\nb", "\xff"})
    CHECK_FALSE(isPackagePath(path));
}
