// The lock of an environment, between processes.
#include "runtime/environment/lock.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <sys/wait.h>

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;

namespace {

std::unique_ptr<EnvironmentLock> take(const std::string& folder, std::string* seen = nullptr,
                                      int timeoutMs = 0) {
  auto tell = [&](llvm::StringRef holder) {
    if (seen)
      *seen = holder.str();
  };
  return get(
      EnvironmentLock::acquire(folder, "site.pipe:Production", "execution e1",
                               {std::chrono::milliseconds(timeoutMs), tell, [] { return false; }}));
}

} // namespace

TEST_CASE("two processes never hold one environment, and the second is told who does") {
  TemporaryFolder folder;
  int ready[2];
  int leave[2];
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(leave) == 0);
  pid_t child = ::fork();
  char byte = 0;
  if (child == 0) {
    auto lock = take(folder.path);
    byte = lock ? 'y' : 'n';
    (void)!::write(ready[1], &byte, 1);
    (void)!::read(leave[0], &byte, 1);
    ::_exit(0);
  }
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(byte == 'y');
  std::string holder;
  CHECK_FALSE(take(folder.path, &holder, 20));
  CHECK(holder == "execution e1");
  REQUIRE(::write(leave[1], "x", 1) == 1);
  CHECK(take(folder.path, nullptr, 10'000));
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  for (int descriptor : {ready[0], ready[1], leave[0], leave[1]})
    ::close(descriptor);
}

TEST_CASE("a copy of the descriptor keeps the lock after its owner has gone") {
  TemporaryFolder folder;
  auto lock = take(folder.path);
  REQUIRE(lock);
  int copy = ::dup(lock->descriptor());
  lock.reset();
  CHECK_FALSE(take(folder.path));
  ::close(copy);
  CHECK(take(folder.path));
}

TEST_CASE("environments of one name in two modules have locks of their own") {
  TemporaryFolder folder;
  auto quiet = [](llvm::StringRef) {};
  auto never = [] { return false; };
  auto a = get(EnvironmentLock::acquire(folder.path, "a.pipe:P", "", {{}, quiet, never}));
  auto b = get(EnvironmentLock::acquire(folder.path, "b.pipe:P", "", {{}, quiet, never}));
  CHECK(a);
  CHECK(b);
}
