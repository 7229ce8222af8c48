// Finding the workspace, and its lock.
#include "runtime/workspace/workspace.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <thread>

#include <unistd.h>

using namespace pipec;
using test::get;

namespace {

/// Changes the working directory for one test case.
class In {
public:
  explicit In(const std::string& folder) {
    char* path = ::getcwd(nullptr, 0);
    before = path;
    ::free(path);
    REQUIRE(::chdir(folder.c_str()) == 0);
  }
  ~In() { CHECK(::chdir(before.c_str()) == 0); }

private:
  std::string before;
};

} // namespace

TEST_CASE("the nearest .pipec wins, then git, then the current folder") {
  test::TemporaryFolder folder;
  test::check(base::makeDirectories(folder / "top/.git"));
  test::check(base::makeDirectories(folder / "top/inner/.pipec"));
  test::check(base::makeDirectories(folder / "top/inner/deep/er"));
  test::check(base::makeDirectories(folder / "top/other"));
  {
    In in(folder / "top/inner/deep/er");
    workspace::Workspace workspace = get(workspace::findWorkspace());
    CHECK(workspace.root == folder / "top/inner");
    CHECK(workspace.current == "deep/er");
  }
  {
    In in(folder / "top/other");
    workspace::Workspace workspace = get(workspace::findWorkspace());
    CHECK(workspace.root == folder / "top");
    CHECK(workspace.current == "other");
  }
  test::writeFile(folder / "worktree/.git", "gitdir: elsewhere\n");
  {
    In in(folder / "worktree");
    workspace::Workspace workspace = get(workspace::findWorkspace());
    CHECK(workspace.root == folder / "worktree");
    CHECK(workspace.current.empty());
  }
}

TEST_CASE("paths are relative to the workspace and stay inside") {
  workspace::Workspace workspace;
  workspace.root = "/home/me/site";
  workspace.current = "ci";
  CHECK(get(workspace.relative("a.pipe")) == "ci/a.pipe");
  CHECK(get(workspace.relative("../a.pipe")) == "a.pipe");
  CHECK(get(workspace.relative("./x/../a.pipe")) == "ci/a.pipe");
  CHECK(get(workspace.relative("/home/me/site/b.pipe")) == "b.pipe");
  CHECK(get(workspace.relative("..")) == ".");
  test::failureOf(workspace.relative("../../b.pipe"));
  test::failureOf(workspace.relative("/home/me/site2/b.pipe"));
}

/// Notes nothing in the state of the user who runs the tests.
struct OwnState {
  test::TemporaryFolder folder;
  OwnState() { ::setenv("XDG_STATE_HOME", (folder / "state").c_str(), 1); }
  ~OwnState() { ::unsetenv("XDG_STATE_HOME"); }
};

static void fail(llvm::StringRef message) {
  FAIL(message.str());
}

TEST_CASE_METHOD(OwnState, "state is kept out of git") {
  workspace::Workspace workspace;
  workspace.root = folder.path;
  test::check(workspace::prepareState(workspace, fail));
  CHECK(test::readFile(folder / ".pipec/.gitignore") == "*\n");
}

TEST_CASE_METHOD(OwnState, "the second build waits for the first, and is told so") {
  workspace::Workspace workspace;
  workspace.root = folder.path;
  test::check(workspace::prepareState(workspace, fail));
  auto silent = [](llvm::StringRef) { FAIL("nobody holds the lock"); };
  std::optional<workspace::WorkspaceLock> first(
      get(workspace::WorkspaceLock::take(workspace, silent)));
  std::string holder;
  std::optional<workspace::WorkspaceLock> second(
      get(workspace::WorkspaceLock::take(workspace, [&](llvm::StringRef who) {
        holder = who.str();
        first.reset();
      })));
  CHECK(holder == "another pipec (process " + std::to_string(::getpid()) + ")");
}

TEST_CASE_METHOD(OwnState, "who lends the lock learns whether another build has had it") {
  workspace::Workspace workspace;
  workspace.root = folder.path;
  test::check(workspace::prepareState(workspace, fail));
  auto silent = [](llvm::StringRef) { FAIL("nobody holds the lock"); };
  workspace::WorkspaceLock lock = get(workspace::WorkspaceLock::take(workspace, silent));
  lock.lend();
  CHECK(get(lock.takeBack(silent)));
  lock.lend();
  { get(workspace::WorkspaceLock::take(workspace, silent)); } // of the same process
  CHECK_FALSE(get(lock.takeBack(silent)));
}
