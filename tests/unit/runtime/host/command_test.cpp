// What commands of the machine are given of pipec's environment.
#include "runtime/host/command.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace pipec::host;
using pipec::test::TemporaryFolder;

static std::string outputOf(const std::vector<std::string>& words, const Environment& variables) {
  auto result = runCommand(words, variables);
  REQUIRE(static_cast<bool>(result));
  return result->output;
}

TEST_CASE("no command is given pipec's secrets") {
  ::setenv("PIPEC_SECRET_TOKEN", "hunter2", 1);
  ::setenv("OF_THE_USER", "here", 1);
  CHECK(outputOf({"env"}, userEnvironment()).find("hunter2") == std::string::npos);
  CHECK(outputOf({"env"}, userEnvironment()).find("OF_THE_USER=here") != std::string::npos);
  std::string system = outputOf({"env"}, systemEnvironment());
  CHECK(system.find("hunter2") == std::string::npos);
  CHECK(system.find("OF_THE_USER") == std::string::npos);
  ::unsetenv("PIPEC_SECRET_TOKEN");
  ::unsetenv("OF_THE_USER");
}

TEST_CASE("a folder of PATH that is not absolute is passed over") {
  TemporaryFolder folder;
  std::string program = folder / "pipec-test-program";
  std::ofstream(program) << "#!/bin/sh\necho ran\n";
  ::chmod(program.c_str(), 0755);
  REQUIRE(::chdir(folder.path.c_str()) == 0);
  for (const char* path : {"PATH=.", "PATH=", "PATH=:", "PATH=./"}) {
    auto result = runCommand({"pipec-test-program"}, {path});
    CHECK_FALSE(static_cast<bool>(result));
    llvm::consumeError(result.takeError());
  }
  CHECK(outputOf({"pipec-test-program"}, {"PATH=.:" + folder.path}) == "ran\n");
  REQUIRE(::chdir("/") == 0);
}
