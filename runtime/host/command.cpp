// Spawning, and reading two pipes at once.
#include "runtime/host/command.h"

#include "compiler/base/error.h"

#include "llvm/ADT/ScopeExit.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace pipec::host {
namespace {

/// The read end of a pipe, and what has come through it.
struct Pipe {
  int ends[2] = {-1, -1};
  std::string text;

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  ~Pipe() {
    for (int end : ends)
      if (end >= 0)
        ::close(end);
  }
  bool open() { return ::pipe2(ends, O_CLOEXEC) == 0; }
  void closeWriter() { ::close(std::exchange(ends[1], -1)); }
  /// False: at the end.
  bool read() {
    char buffer[4096];
    ssize_t size = ::read(ends[0], buffer, sizeof buffer);
    if (size > 0)
      text.append(buffer, static_cast<size_t>(size));
    if (size > 0 || (size < 0 && errno == EINTR))
      return true;
    ::close(std::exchange(ends[0], -1));
    return false;
  }
};

} // namespace

static void drain(Pipe& out, Pipe& err) {
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    pollfd waiting[2] = {{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR)
      return;
    if (waiting[0].revents)
      out.read();
    if (waiting[1].revents)
      err.read();
  }
}

/// Starts `words` with standard input empty and the two pipes; pipec's blocked signals are let
/// through.
static int start(const std::vector<std::string>& words, const Pipe& out, const Pipe& err,
                 pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  auto release = llvm::make_scope_exit([&] {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  });
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> argv;
  for (const std::string& word : words)
    argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  return ::posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
}

llvm::Expected<CommandResult> runCommand(const std::vector<std::string>& words) {
  Pipe out, err;
  if (!out.open() || !err.open())
    return base::systemError("cannot make a pipe", errno);
  pid_t child = 0;
  if (int failed = start(words, out, err, child))
    return base::systemError("cannot start `" + words.front() + "`", failed);
  out.closeWriter();
  err.closeWriter();
  drain(out, err);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return base::systemError("cannot wait for `" + words.front() + "`", errno);
  CommandResult result;
  result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.output = std::move(out.text);
  result.errors = std::move(err.text);
  return result;
}

} // namespace pipec::host
