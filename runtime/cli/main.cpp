// main: argv → one command → exit code.
#include "runtime/cli/command.h"
#include "runtime/cli/options.h"

#include "compiler/base/error.h"
#include "compiler/diagnostics/diagnostic.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace pipec::cli {

/// A file opened later must not become standard output because the caller closed that.
static void fillStandardDescriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor)
    if (::fcntl(descriptor, F_GETFD) < 0)
      ::open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY);
}

static void ignoreSignal(int) {}

/// A reader that goes away is an error of one write, not the end of a build. A handler, unlike
/// SIG_IGN, is not inherited by the steps.
static void catchBrokenPipes() {
  struct sigaction action = {};
  action.sa_handler = ignoreSignal;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGPIPE, &action, nullptr);
}

static llvm::Error unknownCommand(llvm::StringRef name) {
  std::vector<llvm::StringRef> names;
  for (const Command& command : commands())
    names.push_back(command.name);
  llvm::StringRef nearest = diagnostics::closestName(name, names);
  if (nearest.empty())
    return base::usageError("there is no command `" + name + "`; `pipec help` lists them");
  return base::usageError("there is no command `" + name + "`; did you mean `" + nearest + "`?");
}

/// `pipec -C DIR build` is `pipec build -C DIR`: finds the command and puts the rest after it.
static std::optional<std::string> takeCommand(std::vector<std::string>& words) {
  std::vector<Option> common = commonOptions();
  for (size_t i = 0; i < words.size(); ++i) {
    llvm::StringRef word = words[i];
    if (!word.starts_with("-")) {
      std::string name = word.str();
      words.erase(words.begin() + static_cast<ptrdiff_t>(i));
      return name;
    }
    for (const Option& option : common) {
      bool named =
          word == "--" + option.name || (option.letter && word == std::string("-") + option.letter);
      if (named && !option.value.empty())
        ++i;
    }
  }
  return std::nullopt;
}

static llvm::Expected<ExitCode> run(std::vector<std::string> words, Streams& io) {
  auto isOneOf = [&](llvm::StringRef a, llvm::StringRef b) {
    return words.size() == 1 && (words[0] == a || words[0] == b);
  };
  if (words.empty()) {
    printOverview(io.err);
    return ExitCode::Usage;
  }
  if (isOneOf("--help", "-h"))
    return runHelp({}, io);
  if (isOneOf("--version", "-V"))
    return runVersion({}, io);
  std::optional<std::string> name = takeCommand(words);
  if (!name)
    return base::usageError("no command was given; `pipec help` lists them");
  const Command* command = findCommand(*name);
  if (!command)
    return unknownCommand(*name);
  if (!command->run)
    return base::usageError("`pipec " + *name + "` is not in this version yet");
  return command->run(words, io);
}

} // namespace pipec::cli

int main(int argc, char** argv) {
  using namespace pipec::cli;
  fillStandardDescriptors();
  catchBrokenPipes();
  Streams io;
  auto result = run(std::vector<std::string>(argv + (argc > 0), argv + argc), io);
  ExitCode code = result ? *result : io.fail(result.takeError());
  if (!io.finish() && code == ExitCode::Success)
    code = ExitCode::World;
  return static_cast<int>(code);
}
