// The workspace's configuration.
#include "runtime/cli/configuration.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace pipec;
using test::failureOf;
using test::get;

namespace {

struct Configured {
  explicit Configured(const std::string& text) {
    workspace.root = folder.path;
    test::writeFile(folder / ".pipec/config.json", text);
  }
  test::TemporaryFolder folder;
  cli::Workspace workspace;
};

} // namespace

TEST_CASE("no file is an empty configuration") {
  test::TemporaryFolder folder;
  cli::Workspace workspace;
  workspace.root = folder.path;
  cli::Configuration configuration = get(cli::readConfiguration(workspace));
  CHECK(configuration.secretProviders.empty());
  CHECK(configuration.networkEnvironment.empty());
}

TEST_CASE("providers and network variables are read") {
  Configured here(R"({
    "secrets": {"providers": [{"file": "secrets.json"}, {"command": ["pass", "show", "{name}"]}]},
    "network": {"env": ["A", "B=c"]},
    "machine": {"cpus": 4, "memory": "8GiB"}
  })");
  cli::Configuration configuration = get(cli::readConfiguration(here.workspace));
  REQUIRE(configuration.secretProviders.size() == 2);
  CHECK(configuration.secretProviders[0].file == here.folder / "secrets.json");
  CHECK(configuration.secretProviders[1].command ==
        std::vector<std::string>{"pass", "show", "{name}"});
  CHECK(configuration.networkEnvironment == std::vector<std::string>{"A", "B=c"});
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
    std::string message = failureOf(cli::readConfiguration(here.workspace));
    INFO(message);
    CHECK(message.find(part) != std::string::npos);
    CHECK(message.find("config.json") != std::string::npos);
  }
}
