// Values of secrets in what a step printed and made.
#include "runtime/exec/secret_values.h"

#include "tests/unit/runtime/temporary_folder.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"

#include <unistd.h>

using namespace pipec;
using namespace pipec::exec;
using namespace pipec::test;

static SecretValues of(const std::string& value) {
  StepOptions options;
  options.secrets = {{"TOKEN", value}};
  return SecretValues(options);
}

static std::string masked(const SecretValues& secrets, std::string text) {
  secrets.mask(text);
  return text;
}

static const std::string Value = "hunter2/5f0c+9a?";

TEST_CASE("a value is masked where it stands, and nothing else is") {
  SecretValues secrets = of(Value);
  CHECK(masked(secrets, "the token is " + Value + ".\n" + Value + Value) ==
        "the token is ***.\n******");
  CHECK(masked(secrets, "hunter2/5f0c+9a\nhunter2") == "hunter2/5f0c+9a\nhunter2");
  CHECK(masked(of(""), "text") == "text");
  CHECK(masked(SecretValues({}), "text") == "text");
}

TEST_CASE("a value is masked in base64, whatever stands around it") {
  SecretValues secrets = of(Value);
  for (const char* before : {"", "a", "ab", "abc", "user:"})
    for (const char* behind : {"", "x", "xy", "\n"}) {
      std::string encoded = llvm::encodeBase64(before + Value + behind);
      INFO(encoded);
      std::string seen = masked(secrets, encoded);
      CHECK(seen.find("***") != std::string::npos);
      // Of the value at most three bytes on each side are left in the rest.
      CHECK(seen.size() <= encoded.size() - (Value.size() - 2) * 8 / 6 + 4);
    }
}

TEST_CASE("a value is masked in other spellings") {
  CHECK(masked(of(Value), "https://x:hunter2%2F5f0c%2B9a%3F@host/") == "https://x:***@host/");
  CHECK(masked(of("a\"b\\c defgh"), R"({"token": "a\"b\\c defgh"})") == R"({"token": "***"})");
  CHECK(masked(of(Value), llvm::toHex(Value)) == "***");
  CHECK(masked(of(Value), llvm::toHex(Value, /*LowerCase=*/true)) == "***");
}

TEST_CASE("a value is masked where it was broken into lines, or has some itself") {
  SecretValues secrets = of(Value);
  CHECK(masked(secrets, "a hunte\nr2/5f\r\n0c+9a? b") == "a *** b");
  std::string encoded = llvm::encodeBase64(Value + Value);
  for (size_t at = 5; at < encoded.size(); at += 6)
    encoded.insert(at, "\n");
  CHECK(masked(secrets, encoded).size() < 12);
  SecretValues key = of("-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\n-----END KEY-----\n");
  CHECK(masked(key, "line: DDDDEEEEFFFF!") == "line: ***!");
  CHECK(masked(key, "-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\n-----END KEY-----\n") ==
        "***\n");
}

TEST_CASE("a short value is masked as it is, and not looked for in files") {
  TemporaryFolder folder;
  SecretValues secrets = of("abc");
  CHECK(masked(secrets, "abc a\nbc YWJj") == "*** a\nbc YWJj");
  writeFile(folder / "file", "abc");
  CHECK_FALSE(get(secrets.findIn(folder / "file")));
}

TEST_CASE("a value is found in files, names and links") {
  TemporaryFolder folder;
  SecretValues secrets = of(Value);
  CHECK_FALSE(get(secrets.findIn(folder / "nothing")));
  writeFile(folder / "out/a/b", "nothing");
  CHECK_FALSE(get(secrets.findIn(folder / "out")));

  SECTION("in a file, across the parts in which it is read") {
    writeFile(folder / "out/a/c", std::string((1 << 20) - 5, ' ') + Value);
    auto found = get(secrets.findIn(folder / "out"));
    REQUIRE(found);
    CHECK(found->path == "a/c");
    CHECK(found->name == "TOKEN");
    CHECK(get(secrets.findIn(folder / "out/a/c"))->path.empty());
  }
  SECTION("in a file that was encoded in lines") {
    std::string encoded = llvm::encodeBase64(std::string(100, 'x') + Value);
    for (size_t at = 76; at < encoded.size(); at += 77)
      encoded.insert(at, "\n");
    writeFile(folder / "out/z", encoded);
    CHECK(get(secrets.findIn(folder / "out"))->path == "z");
  }
  SECTION("in a link") {
    REQUIRE(::symlink(("/x/" + Value).c_str(), (folder / "out/link").c_str()) == 0);
    CHECK(get(secrets.findIn(folder / "out"))->path == "link");
  }
  SECTION("in a name") {
    SecretValues plain = of("hunter2-5f0c9a");
    writeFile(folder / "out/hunter2-5f0c9a/file", "");
    CHECK(get(plain.findIn(folder / "out"))->path == "hunter2-5f0c9a");
  }
}
