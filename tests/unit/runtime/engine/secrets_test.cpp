// Where secrets come from.
#include "runtime/engine/secrets.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace pipec;
using test::failureOf;
using test::get;

TEST_CASE("the environment comes first, then the providers in order") {
  test::TemporaryFolder folder;
  test::writeFile(folder / "secrets.json", R"({"aws/www": "from the file", "db": "the db's"})");
  std::vector<workspace::SecretProvider> providers = {
      {folder / "secrets.json", {}},
      {"", {"sh", "-c", "test \"$1\" != deep/name || echo \"of $1\"", "sh", "{name}"}}};
  auto secrets = engine::makeSecretStore(providers);
  REQUIRE(::setenv("PIPEC_SECRET_AWS_WWW", "from the environment", 1) == 0);
  CHECK(get(secrets->value("aws/www")) == "from the environment");
  REQUIRE(::unsetenv("PIPEC_SECRET_AWS_WWW") == 0);
  CHECK(get(secrets->value("aws/www")) == "from the environment"); // asked for once
  CHECK(get(engine::makeSecretStore(providers)->value("aws/www")) == "from the file");
  CHECK(get(secrets->value("db")) == "the db's");
  CHECK(get(secrets->value("deep/name")) == "of deep/name");
  CHECK_FALSE(get(secrets->value("nobody has it")));
}

TEST_CASE("a provider's failure has its talk, not its output") {
  auto secrets =
      engine::makeSecretStore({{"", {"sh", "-c", "echo the-value; echo locked >&2; exit 7"}}});
  std::string message = failureOf(secrets->value("token"));
  CHECK(message.find("locked") != std::string::npos);
  CHECK(message.find("the-value") == std::string::npos);
  failureOf(engine::makeSecretStore({{"", {"no-such-provider-anywhere"}}})->value("token"));
}

TEST_CASE("a provider may say much on both streams") {
  auto secrets = engine::makeSecretStore(
      {{"", {"sh", "-c", "seq 1 50000 >&2; seq 1 50000 | tr -d '\\n'; echo"}}});
  auto value = get(secrets->value("long"));
  REQUIRE(value);
  CHECK(value->size() == 238894);
}

TEST_CASE("a file with something else in it is told without its content") {
  test::TemporaryFolder folder;
  test::writeFile(folder / "secrets.json", R"({"token": 17, "other": hunter2})");
  auto secrets = engine::makeSecretStore({{folder / "secrets.json", {}}});
  CHECK(failureOf(secrets->value("token")).find("hunter2") == std::string::npos);
}
