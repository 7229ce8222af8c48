// Spawning, and reading two pipes at once.
#include "runtime/host/command.h"

#include "compiler/base/error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"

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

Environment systemEnvironment() {
  return {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
          "LC_ALL=C.UTF-8"};
}

Environment userEnvironment() {
  Environment environment;
  for (char** variable = environ; *variable; ++variable)
    if (!llvm::StringRef(*variable).starts_with("PIPEC_SECRET_"))
      environment.push_back(*variable);
  return environment;
}

/// The file to execute; empty: there is none.
static std::string find(const std::string& program, const Environment& environment) {
  if (program.find('/') != std::string::npos)
    return program;
  llvm::StringRef folders;
  for (llvm::StringRef variable : environment)
    if (variable.consume_front("PATH="))
      folders = variable;
  llvm::SmallVector<llvm::StringRef> parts;
  folders.split(parts, ':', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef folder : parts) {
    std::string file = (folder + "/" + program).str();
    if (folder.starts_with("/") && llvm::sys::fs::can_execute(file))
      return file;
  }
  return {};
}

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

/// As C functions take them; they point into `texts`.
static std::vector<char*> pointersTo(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Starts `file` with `words`, standard input empty and the two pipes; pipec's blocked signals are
/// let through.
static int start(const std::string& file, const std::vector<std::string>& words,
                 const Environment& environment, const Pipe& out, const Pipe& err, pid_t& child) {
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
  std::vector<char*> argv = pointersTo(words), variables = pointersTo(environment);
  return ::posix_spawn(&child, file.c_str(), &actions, &attributes, argv.data(), variables.data());
}

llvm::Expected<CommandResult> runCommand(const std::vector<std::string>& words,
                                         const Environment& environment) {
  std::string file = find(words.front(), environment);
  if (file.empty())
    return base::systemError("cannot start `" + words.front() + "`", ENOENT);
  Pipe out, err;
  if (!out.open() || !err.open())
    return base::systemError("cannot make a pipe", errno);
  pid_t child = 0;
  if (int failed = start(file, words, environment, out, err, child))
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
