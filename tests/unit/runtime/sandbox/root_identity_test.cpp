// The fingerprint of the host's root, and the digests of its tools.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include "compiler/base/digest.h"

using namespace pipec::sandbox;

TEST_CASE("the fingerprint is the same in every runner, remembered or not") {
  TemporaryFolder folder;
  auto fingerprint = [&](const std::string& state) {
    return require(require(makeSpawnRunner(SandboxMode::Off, state))->rootFingerprint());
  };
  pipec::base::Digest first = fingerprint(folder.path + "/a");
  CHECK(exists(folder.path + "/a/sandbox/root"));
  CHECK(fingerprint(folder.path + "/a") == first);
  CHECK(fingerprint(folder.path + "/b") == first);
  CHECK(fingerprint("") == first);
  folder.file("a/sandbox/root", "version 0\ngarbage");
  CHECK(fingerprint(folder.path + "/a") == first);
}

TEST_CASE("a remembered answer counts while its stamp is the same") {
  TemporaryFolder folder;
  std::string state = folder.path + "/state", record = state + "/sandbox/root";
  auto digest = [&] {
    return require(require(makeSpawnRunner(SandboxMode::Off, state))->toolDigest("sh"));
  };
  std::optional<pipec::base::Digest> real = digest();
  REQUIRE(real);
  CHECK(*real == pipec::base::digestOf(contentOf("/bin/sh")));
  std::string content = contentOf(record), lie = content;
  lie.replace(lie.find(real->hex()), 64, std::string(64, '0'));
  folder.file("state/sandbox/root", lie);
  CHECK(digest()->hex() == std::string(64, '0'));
  // The same lie with another stamp.
  lie.insert(lie.find('\t') + 1, "0.");
  folder.file("state/sandbox/root", lie);
  CHECK(digest() == real);
  CHECK(contentOf(record) == content);
}

TEST_CASE("a tool is what a step would execute") {
  SandboxFixture fixture(SandboxMode::Off);
  auto digest = [&](const std::string& program) {
    return require(fixture.runner->toolDigest(program));
  };
  CHECK(digest("sh") == digest("/bin/sh"));
  CHECK(digest("env") != digest("sh"));
  CHECK(!digest("no-such-command"));
  CHECK(!digest(""));
  CHECK(!digest("bin/sh"));
  CHECK(!digest("/etc/passwd"));
  CHECK(!digest("/usr/bin"));
  CHECK(!digest(fixture.temporary.file("tool", "#!/bin/sh\n", 0755)));
}
