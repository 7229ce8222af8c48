// Looking secrets up.
#include "runtime/cli/secrets.h"

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "runtime/exec/secrets.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/JSON.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace pipec::cli {
namespace {

class Secrets final : public exec::SecretStore {
public:
  explicit Secrets(std::vector<SecretProvider> providers) : providers(std::move(providers)) {}
  llvm::Expected<std::optional<std::string>> value(llvm::StringRef name) override;

private:
  llvm::Expected<std::optional<std::string>> lookUp(llvm::StringRef name);

  std::vector<SecretProvider> providers;
  std::mutex mutex;
  std::map<std::string, std::optional<std::string>> known;
};

} // namespace

static llvm::Expected<std::optional<std::string>> fromFile(const std::string& file,
                                                           llvm::StringRef name) {
  auto text = base::makeRealFileSystem()->read(file);
  if (!text)
    return text.takeError();
  auto document = llvm::json::parse(*text);
  if (!document) {
    // The parser's message may quote the text.
    llvm::consumeError(document.takeError());
    return base::usageError("the secrets in `" + file + "` are not a JSON object");
  }
  const llvm::json::Object* object = document->getAsObject();
  if (!object)
    return base::usageError("the secrets in `" + file + "` are not a JSON object");
  const llvm::json::Value* value = object->get(name);
  if (!value)
    return std::nullopt;
  auto secret = value->getAsString();
  if (!secret)
    return base::usageError("the secret `" + name + "` in `" + file + "` is not a string");
  return secret->str();
}

// ---- commands ------------------------------------------------------------------

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

static llvm::Expected<std::optional<std::string>> fromCommand(std::vector<std::string> words,
                                                              llvm::StringRef name) {
  for (std::string& word : words)
    for (size_t at = word.find("{name}"); at != std::string::npos;
         at = word.find("{name}", at + name.size()))
      word.replace(at, 6, name.str());
  std::string shown = "the provider `" + words.front() + "` of secret `" + name.str() + "`";
  Pipe out, err;
  if (!out.open() || !err.open())
    return base::systemError("cannot make a pipe", errno);
  pid_t child = 0;
  if (int failed = start(words, out, err, child))
    return base::systemError("cannot start " + shown, failed);
  out.closeWriter();
  err.closeWriter();
  drain(out, err);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return base::systemError("cannot wait for " + shown, errno);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return base::worldError(shown + " failed: " + llvm::StringRef(err.text).trim());
  if (out.text.empty())
    return std::nullopt;
  if (out.text.back() == '\n')
    out.text.pop_back();
  return std::move(out.text);
}

llvm::Expected<std::optional<std::string>> Secrets::lookUp(llvm::StringRef name) {
  if (const char* value = std::getenv(exec::secretVariable(name).c_str()))
    return std::string(value);
  for (const SecretProvider& provider : providers) {
    auto value = provider.command.empty() ? fromFile(provider.file, name)
                                          : fromCommand(provider.command, name);
    if (!value || *value)
      return value;
  }
  return std::nullopt;
}

llvm::Expected<std::optional<std::string>> Secrets::value(llvm::StringRef name) {
  std::lock_guard lock(mutex);
  auto found = known.find(name.str());
  if (found != known.end())
    return found->second;
  auto value = lookUp(name);
  if (value)
    known[name.str()] = *value;
  return value;
}

std::unique_ptr<exec::SecretStore> makeSecretStore(std::vector<SecretProvider> providers) {
  return std::make_unique<Secrets>(std::move(providers));
}

} // namespace pipec::cli
