// The workspace's configuration.
#include "runtime/workspace/configuration.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using test::failureOf;
using test::get;

namespace {

/// A workspace with this file, whose user has no configuration.
struct Configured {
  explicit Configured(const std::string& text) {
    workspace.root = folder.path;
    ::setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
    test::writeFile(folder / ".pipec/config.json", text);
  }
  llvm::Expected<workspace::Configuration>
  read(workspace::TrustMode mode = workspace::TrustMode::Everything) const {
    return workspace::readConfiguration(workspace, workspace::Trust(mode));
  }
  test::TemporaryFolder folder;
  workspace::Workspace workspace;
};

} // namespace

TEST_CASE("no file is an empty configuration") {
  test::TemporaryFolder folder;
  workspace::Workspace workspace;
  workspace.root = folder.path;
  ::setenv("XDG_CONFIG_HOME", folder.path.c_str(), 1);
  workspace::Configuration configuration = get(
      workspace::readConfiguration(workspace, workspace::Trust(workspace::TrustMode::Remembered)));
  CHECK(configuration.secretProviders.empty());
  CHECK(configuration.networkEnvironment.empty());
}

TEST_CASE("providers and network variables are read") {
  Configured here(R"({
    "secrets": {"providers": [{"file": "secrets.json"}, {"command": ["pass", "show", "{name}"]}]},
    "network": {"env": ["A", "B=c"]},
    "machine": {"cpus": 4, "memory": "8GiB"}
  })");
  workspace::Configuration configuration = get(here.read());
  REQUIRE(configuration.secretProviders.size() == 2);
  CHECK(configuration.secretProviders[0].file == here.folder / "secrets.json");
  CHECK(configuration.secretProviders[1].command ==
        std::vector<std::string>{"pass", "show", "{name}"});
  REQUIRE(configuration.networkEnvironment.size() == 2);
  CHECK(configuration.networkEnvironment[1].text == "B=c");
  CHECK_FALSE(configuration.networkEnvironment[1].isOwn);
  CHECK(configuration.cpus == 4);
  CHECK(configuration.memory == "8GiB");
}

TEST_CASE("what is not understood is named, with its file") {
  for (auto [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"{", "is not JSON"},
           {"[]", "must be a JSON object"},
           {R"({"sercets": {}})", "unknown field `sercets`"},
           {R"({"secrets": {"providers": [{"file": "a", "command": ["b"]}]}})", "must be {"},
           {R"({"secrets": {"providers": [{"command": []}]}})", "must not be empty"},
           {R"({"secrets": {}})", "`secrets` must be"},
           {R"({"machine": {"cpus": 0}})", "must be a number from 1 to 10000"},
           {R"({"machine": {"memory": 24}})", "must be a string, such as \"24GiB\""},
           {R"({"machine": {"disk": "1GiB"}})", "`machine` must be {"},
           {R"({"network": {"env": "A"}})", "must be a list of strings"},
           {R"({"network": {"env": [1]}})", "must be a list of strings"}}) {
    Configured here(text);
    std::string message = failureOf(here.read());
    INFO(message);
    CHECK(message.find(part) != std::string::npos);
    CHECK(message.find("config.json") != std::string::npos);
  }
}

TEST_CASE("what executes, reads secrets or redirects the network counts for who believes it") {
  Configured here(R"({"secrets": {"providers": [{"command": ["x"]}]}, "network": {"env": ["A=b"]},
                      "machine": {"cpus": 4}})");
  for (workspace::TrustMode mode :
       {workspace::TrustMode::Remembered, workspace::TrustMode::Nothing}) {
    workspace::Configuration configuration = get(here.read(mode));
    CHECK(configuration.secretProviders.empty());
    CHECK(configuration.networkEnvironment.empty());
    CHECK(configuration.cpus == 4);
    CHECK_FALSE(configuration.ignored.empty());
  }
  auto doubtful = get(workspace::doubtfulSettings(here.workspace));
  REQUIRE(doubtful);
  CHECK(doubtful->lines.size() == 2);
  auto read = [&] {
    return get(workspace::readConfiguration(
        here.workspace, workspace::Trust(workspace::TrustMode::Remembered, {doubtful->wish})));
  };
  CHECK(read().secretProviders.size() == 1);
  CHECK(read().ignored.empty());
  test::writeFile(here.folder / ".pipec/config.json",
                  R"({"secrets": {"providers": [{"command": ["y"]}]}})");
  CHECK(read().secretProviders.empty());
}

TEST_CASE("the user's section counts before the workspace's file, and that before the rest") {
  Configured here(R"({"cache": {"size": "2GB"}, "machine": {"cpus": 2},
                      "secrets": {"providers": [{"command": ["two"]}]}})");
  test::writeFile(here.folder / "config/pipec/config.json",
                  R"({"cache": {"size": "3GB", "age": "3d"}, "machine": {"cpus": 3},
                      "secrets": {"providers": [{"file": "three"}]},
                      "workspaces": {")" +
                      here.workspace.root + R"(": {"machine": {"cpus": 1},
                      "secrets": {"providers": [{"command": ["one"]}]}}, "/elsewhere": {}}})");
  workspace::Configuration configuration = get(here.read());
  CHECK(configuration.cpus == 1);
  CHECK(configuration.cacheSize == "2GB");
  CHECK(configuration.cacheAge == "3d");
  REQUIRE(configuration.secretProviders.size() == 3);
  CHECK(configuration.secretProviders[0].command.front() == "one");
  CHECK(configuration.secretProviders[1].command.front() == "two");
  CHECK(configuration.secretProviders[2].file == here.folder / "config/pipec/three");
}
