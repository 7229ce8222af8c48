// Values of options.
#include "runtime/cli/options.h"

#include "runtime/workspace/quantities.h"

#include "runtime/workspace/configuration.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using test::failureOf;
using test::get;

static cli::Arguments parse(std::vector<std::string> words) {
  std::vector<cli::Option> options = cli::executionOptions();
  for (cli::Option& option : cli::reportOptions())
    options.push_back(std::move(option));
  options.push_back({"limit", 'n', "N", ""});
  return get(cli::Arguments::parse(words, options));
}

TEST_CASE("durations are written as in the language") {
  CHECK(get(workspace::parseDuration("250ms")).count() == 250);
  CHECK(get(workspace::parseDuration("30s")).count() == 30000);
  CHECK(get(workspace::parseDuration("1h30min")).count() == 5400000);
  CHECK(get(workspace::parseDuration("2d")).count() == 172800000);
  for (const char* wrong :
       {"", "5", "5m", "-5s", "s", "1.5h", "0s", "99999999999999999999s", "9000000000d"})
    failureOf(workspace::parseDuration(wrong));
}

TEST_CASE("jobs are a positive number") {
  CHECK(get(cli::readExecutionSettings(parse({"-j3"}), {})).build.jobs == 3);
  CHECK(get(cli::readExecutionSettings(parse({}), {})).build.jobs >= 1);
  for (const char* wrong : {"-j0", "-jx", "-j-1", "-j99999999999"})
    CHECK(failureOf(cli::readExecutionSettings(parse({wrong}), {})).find("--jobs") !=
          std::string::npos);
}

TEST_CASE("the machine: options, then the configuration, then what it has") {
  workspace::Configuration configured;
  configured.cpus = 6;
  configured.memory = "2GiB";
  auto read = [&](std::vector<std::string> words) {
    return cli::readExecutionSettings(parse(std::move(words)), configured);
  };
  exec::BuildOptions build = get(read({})).build;
  CHECK(build.machine.cpus == 6);
  CHECK(build.machine.memory == 2ull << 30);
  CHECK(build.jobs == 6);
  build = get(read({"--cpus", "3", "--memory", "500MB", "-j9"})).build;
  CHECK(build.machine.cpus == 3);
  CHECK(build.machine.memory == 500'000'000);
  CHECK(build.jobs == 9);
  CHECK(get(read({"--memory", "none"})).build.machine.memory == UINT64_MAX);
  build = get(cli::readExecutionSettings(parse({}), {})).build;
  CHECK(build.machine.memory > 16 * 1024 * 1024);
  CHECK(build.jobs == build.machine.cpus);
  for (auto [option, value] : {std::pair("--cpus", "0"), std::pair("--cpus", "many"),
                               std::pair("--memory", "0B"), std::pair("--memory", "much")})
    failureOf(read({option, value}));
}

TEST_CASE("network variables: the configuration's, then the command line's") {
  workspace::Configuration configured;
  configured.networkEnvironment = {{"REGISTRY=one"}, {"MIRROR=two", /*isOwn=*/false}};
  auto settings = get(cli::readExecutionSettings(
      parse({"--network-env", "REGISTRY=three", "--network-env", "PIPEC_NOT_SET_ANYWHERE"}),
      configured));
  auto valueOf = [&](llvm::StringRef name) -> std::string {
    for (const sandbox::Variable& variable : settings.build.networkEnvironment)
      if (variable.name == name)
        return variable.value;
    return "absent";
  };
  CHECK(valueOf("REGISTRY") == "three");
  CHECK(valueOf("MIRROR") == "two");
  CHECK(valueOf("PIPEC_NOT_SET_ANYWHERE") == "absent");
  CHECK(settings.build.countedVariables == std::vector<std::string>{"MIRROR", "REGISTRY"});
  failureOf(cli::readExecutionSettings(parse({"--network-env", "=x"}), {}));
}

TEST_CASE("proxies of the user's own say nothing of what a source gets, those of a checkout do") {
  workspace::Configuration configured;
  auto counted = [&](bool isOwn, std::vector<std::string> words = {}) {
    configured.networkEnvironment = {{"https_proxy=http://p", isOwn}};
    return get(cli::readExecutionSettings(parse(std::move(words)), configured))
        .build.countedVariables;
  };
  CHECK(counted(true).empty());
  CHECK(counted(false) == std::vector<std::string>{"https_proxy"});
  CHECK(counted(false, {"--network-env", "https_proxy=http://mine"}).empty());
}

TEST_CASE("a checkout sets nothing that decides how programs run; the user may") {
  workspace::Configuration configured;
  for (const char* text :
       {"PATH=x", "LD_PRELOAD=x", "HOME=x", "ENV=x", "BASH_ENV=x", "GIT_CONFIG_COUNT=1",
        "GIT_SSH_COMMAND=x", "PYTHONPATH=x", "NODE_OPTIONS=x", "PIPEC_FENCE=9", "BASH_FUNC_cat%%=x",
        "LD_PRELOAD", "a b=c"}) {
    configured.networkEnvironment = {{text, /*isOwn=*/false}};
    CHECK(failureOf(cli::readExecutionSettings(parse({}), configured)).find("network.env") !=
          std::string::npos);
    configured.networkEnvironment = {{text, /*isOwn=*/true}};
    get(cli::readExecutionSettings(parse({}), configured));
  }
  configured.networkEnvironment = {{"GIT_SSL_CAINFO=/ca", /*isOwn=*/false}};
  get(cli::readExecutionSettings(parse({}), configured));
}

TEST_CASE("words that contradict or are not known are refused") {
  failureOf(cli::readExecutionSettings(parse({"--deploy", "Live", "--no-deploy"}), {}));
  failureOf(cli::readExecutionSettings(parse({"--sandbox", "maybe"}), {}));
  failureOf(cli::readReportSettings(parse({"--progress", "loud"})));
  CHECK(get(cli::readLimit(parse({}), 7)) == 7);
  CHECK(get(cli::readLimit(parse({"-n3"}), 7)) == 3);
  failureOf(cli::readLimit(parse({"--limit", "0"}), 7));
  failureOf(cli::readLimit(parse({"--limit", "many"}), 7));
}

TEST_CASE("a time is a day or a minute of one, in UTC where it says so") {
  CHECK(get(cli::parseTime("2026-12-24Z")) == 1798070400000);
  CHECK(get(cli::parseTime("2026-12-24T18:00Z")) == 1798135200000);
  CHECK(get(cli::parseTime("2026-12-24T18:00:30Z")) == 1798135230000);
  CHECK(get(cli::parseTime("2026-12-24T18:00")) == get(cli::parseTime("2026-12-24T18:00:00")));
  for (const char* wrong : {"", "tomorrow", "2026-13-01", "2026-06-31", "2026-12-24T25:00",
                            "2026-12-24 18:00", "2026-12-24T18:00+01:00", "Z"})
    CHECK_FALSE(llvm::errorToBool(cli::parseTime(wrong).takeError()) == false);
}
