// Releases as they are recorded.
#include "runtime/environment/release.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/temporary_folder.h"

using namespace pipec;
using namespace pipec::environment;
using namespace pipec::test;
using Catch::Contains;

static Release example() {
  Release release;
  plan::ActionSpec& spec = release.action.spec;
  spec.kind = plan::ActionKind::Deploy;
  plan::Script script;
  script.values = {{{plan::HoleKind::Release, "", 0}}};
  script.body = "echo \"${__1}\"";
  spec.run.push_back({script, {"site.pipe", 3, 4}});
  spec.inputs.push_back({{plan::NodeId{4}, 1}, plan::ArtifactType::Dir, "site", false});
  release.action.inputs = {{cas::EntryKind::Directory, test::sampleDigest(1)}};
  release.action.work = {{"", {cas::EntryKind::Directory, test::sampleDigest(3)}},
                         {"a/b", {cas::EntryKind::Executable, test::sampleDigest(5)}}};
  release.action.subject = cas::Content{cas::EntryKind::File, test::sampleDigest(7)};
  release.paths = {"/srv/www", "below"};
  release.secretsFrom = {"aws/*"};
  release.environmentUrl = "http://localhost";
  release.deploymentUrls = {"http://a", ""};
  return release;
}

TEST_CASE("a release is read as it was written") {
  std::string text = encodeRelease(example());
  Release read = get(decodeRelease(text));
  CHECK(encodeRelease(read) == text);
  CHECK(read.action.inputs == example().action.inputs);
  REQUIRE(read.action.work.size() == 2);
  CHECK(read.action.work[1].path == "a/b");
  CHECK(read.action.work[1].content == example().action.work[1].content);
  CHECK_FALSE(read.action.image);
  CHECK(read.action.subject == example().action.subject);
  CHECK(read.paths == example().paths);
  CHECK(read.deploymentUrls == example().deploymentUrls);
}

TEST_CASE("what is no release is refused") {
  std::string text = encodeRelease(example());
  CHECK_THAT(failureOf(decodeRelease("{")), Contains("not JSON"));
  CHECK_THAT(failureOf(decodeRelease("{\"version\":3}")), Contains("does not know"));
  for (const char* field : {"\"inputs\"", "\"subject\"", "\"paths\"", "\"work\""}) {
    std::string broken = text;
    broken.replace(broken.rfind(field) + 1, 1, "X");
    CHECK_THAT(failureOf(decodeRelease(broken)), Contains("incomplete"));
  }
}
