// makeSpawnRunner: which runner this machine gets, and how that is remembered.
//
// The answer is kept in `<state directory>/sandbox/isolation`: what it was found under (kernel,
// user, namespaces, filters), one `name value` a line, and last a line `result full` or `result
// scratch WHY`. A file that says anything else is as good as none.
#include "compiler/base/error.h"
#include "compiler/base/file_system.h"
#include "compiler/base/text.h"
#include "runtime/folder/files.h"
#include "runtime/sandbox/helper_runner.h"
#include "runtime/sandbox/isolation_advice.h"

#include "llvm/ADT/StringExtras.h"

#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace pipec::sandbox {

namespace {

/// Everything that may change what the kernel allows this process.
std::string circumstances() {
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();
  auto valueOr = [](llvm::Expected<std::string> value) {
    if (value)
      return llvm::StringRef(*value).trim().str();
    llvm::consumeError(value.takeError());
    return std::string("-");
  };
  utsname kernel;
  ::uname(&kernel);
  std::string text = "version 3\n";
  text += std::string("kernel ") + kernel.release + "\n";
  text += "boot " + valueOr(files->read("/proc/sys/kernel/random/boot_id")) + "\n";
  text += "user " + llvm::utostr(::geteuid()) + " " + llvm::utostr(::getegid()) + "\n";
  for (const char* name : {"user", "mnt", "pid"})
    text += std::string(name) + " " +
            valueOr(files->readLink(std::string("/proc/self/ns/") + name)) + "\n";
  text += "seccomp " + llvm::itostr(::prctl(PR_GET_SECCOMP, 0, 0, 0, 0)) + "\n";
  text += "limit " + valueOr(files->read("/proc/sys/user/max_user_namespaces")) + "\n";
  for (const char* name : {"apparmor_restrict_unprivileged_userns", "unprivileged_userns_clone"})
    text += std::string(name) + " " +
            valueOr(files->read(std::string("/proc/sys/kernel/") + name)) + "\n";
  return text;
}

/// What was found out about this machine.
struct Answer {
  Isolation isolation;
  std::string why; ///< of Scratch: one line
};

class Memory {
public:
  explicit Memory(llvm::StringRef stateDirectory)
      : path(stateDirectory.empty() ? "" : (stateDirectory + "/sandbox/isolation").str()),
        present(circumstances()) {}

  std::optional<Answer> recall() const {
    if (path.empty())
      return std::nullopt;
    auto content = folder::read(path);
    if (!content || !*content) {
      llvm::consumeError(content.takeError());
      return std::nullopt;
    }
    llvm::StringRef rest = **content;
    if (!rest.consume_front(present) || !rest.consume_back("\n"))
      return std::nullopt;
    if (rest == Full)
      return Answer{Isolation::Full, ""};
    if (rest.consume_front(Scratch) && !rest.empty())
      return Answer{Isolation::Scratch, rest.str()};
    return std::nullopt;
  }
  /// What cannot be written is found out anew next time.
  void keep(const Answer& answer) const {
    if (!path.empty())
      llvm::consumeError(folder::write(
          path,
          present + (answer.isolation == Isolation::Full ? Full : Scratch + answer.why) + "\n"));
  }

private:
  static constexpr const char* Full = "result full";
  static constexpr const char* Scratch = "result scratch ";
  std::string path;
  std::string present;
};

/// The whole set-up, once, without a command.
llvm::Error tryOut(HelperRunner& runner) {
  Spawn spawn;
  llvm::Error error = runner.open(spawn).takeError();
  if (!error)
    return error;
  std::unique_ptr<base::FileSystem> files = base::makeRealFileSystem();
  bool isFiltered = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
  return base::worldError(base::describe(std::move(error)).second +
                          isolationAdvice(*files, {::geteuid() == 0, isFiltered}));
}

} // namespace

llvm::Expected<std::unique_ptr<SpawnRunner>>
makeSpawnRunner(SandboxMode mode, llvm::StringRef stateDirectory,
                llvm::function_ref<void(llvm::StringRef why)> withoutIsolation) {
  auto scratch = [&](llvm::StringRef why) {
    if (withoutIsolation)
      withoutIsolation(why);
    return makeScratchRunner(stateDirectory.str());
  };
  if (mode == SandboxMode::Off)
    return makeScratchRunner(stateDirectory.str());
  Memory memory(stateDirectory);
  std::optional<Answer> known = memory.recall();
  if (known && known->isolation == Isolation::Scratch && mode == SandboxMode::Auto)
    return scratch(known->why);
  std::unique_ptr<HelperRunner> runner = makeIsolatedRunner(stateDirectory.str());
  if (known && known->isolation == Isolation::Full)
    return runner;
  if (llvm::Error error = tryOut(*runner)) {
    if (mode == SandboxMode::Strict)
      return error;
    std::string why = base::printable(base::describe(std::move(error)).second);
    memory.keep({Isolation::Scratch, why});
    return scratch(why);
  }
  memory.keep({Isolation::Full, ""});
  return runner;
}

} // namespace pipec::sandbox
