// Batches of scripts, framed by a word that no script knows.
#include "tests/fuzz/shell/shells.h"

#include "tests/unit/runtime/temporary_folder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <catch2/catch.hpp>

#include <random>

namespace pipec::fuzz {

using llvm::StringRef;

static constexpr StringRef Prelude =
    "p() { while read -r _; do :; done; printf '%s' \"$#\" >&3\n"
    "if [ \"$#\" -gt 0 ]; then printf '<%s>' \"$@\" >&3; fi; echo >&3; }\n"
    "w() { if [ \"$#\" -gt 0 ]; then printf '%s' \"$@\"; fi; }\n"
    "pwn() { printf 'PWNED\\n' >&3; }\n"
    "y=Y\n"
    "exec 3>&1\n"
    // For a script; the shell of all of them needs longer on a machine with much to do.
    "limit() { ulimit -t 2 -c 0 2>/dev/null || ulimit -t 2; }\n"
    // What a redirection would make cannot be made, and no pattern matches anything.
    "mkdir gone && cd gone && rmdir ../gone && PATH=/none\n";

static std::string quoted(StringRef text) {
  std::string result = "'";
  for (char c : text)
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

static std::string findShell(StringRef name) {
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name);
  INFO("`" << name.str() << "` is needed; ./dev setup installs it");
  REQUIRE(path);
  return *path;
}

std::vector<std::string> testedShells() {
  return {findShell("dash"), findShell("bash")};
}

/// Returns what it printed; the shell is killed with all it started if it does not end.
static std::pair<std::string, int> execute(const std::string& shell,
                                           llvm::ArrayRef<StringRef> arguments,
                                           const test::TemporaryFolder& folder) {
  std::string timeout = findShell("timeout"), out = folder / "out";
  std::vector<StringRef> command = {timeout, "-s", "KILL", "300", "env", "-C", folder.path, shell};
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::optional<StringRef> redirects[] = {StringRef("/dev/null"), StringRef(out),
                                          StringRef("/dev/null")};
  int code = llvm::sys::ExecuteAndWait(timeout, command, std::nullopt, redirects);
  REQUIRE(code >= 0);
  auto buffer = llvm::MemoryBuffer::getFile(out);
  REQUIRE(buffer);
  return {(*buffer)->getBuffer().str(), code};
}

std::vector<ShellOutcome> runScripts(const std::string& shell,
                                     llvm::ArrayRef<std::string> scripts) {
  test::TemporaryFolder folder;
  std::string mark = "mark" + llvm::utohexstr(std::random_device{}());
  std::string batch = Prelude.str();
  batch += "run() { printf '\\n" + mark +
           " begin\\n'; ( limit; script=$1; set --; set -eu; eval \"\n$script\" ); printf '\\n" +
           mark + " %s\\n' \"$?\"; }\n";
  for (const std::string& script : scripts)
    batch += "run " + quoted(script) + "\n";
  std::string file = folder / "batch";
  test::writeFile(file, batch);
  auto [text, code] = execute(shell, {file}, folder);
  CHECK(code == 0);

  std::vector<ShellOutcome> outcomes;
  StringRef rest = text;
  std::string begin = "\n" + mark + " begin\n", end = "\n" + mark + " ";
  while (rest.consume_front(begin)) {
    ShellOutcome outcome;
    size_t at = rest.find(end);
    REQUIRE(at != StringRef::npos);
    outcome.out = rest.take_front(at).str();
    rest = rest.drop_front(at + end.size());
    REQUIRE_FALSE(rest.consumeInteger(10, outcome.exitCode));
    REQUIRE(rest.consume_front("\n"));
    outcomes.push_back(std::move(outcome));
  }
  INFO(shell << ": " << rest.take_front(1000).str());
  REQUIRE(rest.empty());
  REQUIRE(outcomes.size() == scripts.size());
  return outcomes;
}

ShellOutcome runScriptAlone(const std::string& shell, const std::string& script) {
  test::TemporaryFolder folder;
  std::string whole = (Prelude + "limit\n" + script).str();
  auto [text, code] = execute(shell, {"-eu", "-c", whole}, folder);
  return {std::move(text), code};
}

} // namespace pipec::fuzz
