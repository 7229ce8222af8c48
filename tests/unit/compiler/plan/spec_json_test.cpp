// An action's spec as JSON and back.
#include "compiler/plan/spec_json.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::plan;
using Catch::Contains;

namespace {

/// A spec in which every member differs from its default.
ActionSpec everything() {
  ActionSpec spec;
  spec.kind = ActionKind::Deploy;
  ArgumentVector vector{{{{HoleKind::Text, "cp", 0}}, {}, {{HoleKind::InputPath, "", 1}}}};
  Script script{{{{HoleKind::Text, "a\nb", 0}, {HoleKind::Release, "", 0}}}, "echo \"${__1}\""};
  spec.run = {{vector, {"a.pipe", 1, 2}}, {script, {"a.pipe", 3, 4}}};
  spec.resolve = Command{vector, {}};
  spec.rollback = Command{script, {}};
  spec.probe = Command{vector, {}};
  spec.environment = {{"PATH", {{HoleKind::InputText, "", 0}}}};
  spec.shell = {"bash", "-c"};
  spec.inputs = {{{NodeId{7}, 2}, ArtifactType::Image, "base\xff", true}};
  spec.work = ArtifactRef{NodeId{1}, 0};
  spec.image = ArtifactRef{NodeId{2}, 0};
  spec.subject = ArtifactRef{NodeId{3}, 1};
  spec.platform = "linux_x64";
  spec.outputs = {{"out", "a.tgz", ArtifactType::Dir}};
  spec.depfile = "x.d";
  spec.digest = "sha256:00";
  spec.paths = {"/srv"};
  spec.secrets = {{"TOKEN", "aws/www"}};
  spec.secretFiles = {{"key.pem", "ssh"}};
  spec.nestedNamespaces = true;
  spec.timeout = std::chrono::milliseconds(1500);
  spec.cpus = 3;
  spec.memory = UINT64_MAX;
  spec.disk = 5;
  spec.retries = -1;
  spec.environmentId = EnvironmentId{4};
  spec.deployments = {NodeId{8}, NodeId{}};
  spec.onFail = OnFail::Warn;
  spec.proves = "a.pipe:Scanned";
  spec.message = Arg{{HoleKind::DeploymentUrl, "", 3}};
  spec.by = {"ada", "group:ops"};
  spec.gate = "a.pipe:go";
  return spec;
}

std::string textOf(const ActionSpec& spec) {
  return base::renderJson([&](llvm::json::OStream& json) { writeJson(json, spec); });
}

llvm::Expected<ActionSpec> parse(const std::string& text) {
  auto json = llvm::json::parse(text);
  REQUIRE(bool(json));
  return readActionSpec(*json);
}

std::string failureOf(const std::string& text) {
  auto spec = parse(text);
  REQUIRE_FALSE(bool(spec));
  return base::describe(spec.takeError()).second;
}

} // namespace

TEST_CASE("a spec is read as it was written, whatever is in it") {
  for (const ActionSpec& spec : {everything(), ActionSpec{}}) {
    std::string text = textOf(spec);
    auto read = parse(text);
    REQUIRE(bool(read));
    CHECK(textOf(*read) == text);
  }
  ActionSpec read = llvm::cantFail(parse(textOf(everything())));
  CHECK(std::get<Script>(read.run[1].what) == std::get<Script>(everything().run[1].what));
  CHECK(std::get<ArgumentVector>(read.run[0].what) ==
        std::get<ArgumentVector>(everything().run[0].what));
  CHECK(read.run[1].location.column == 4);
  CHECK(read.inputs[0].baseName == "base\xff");
  CHECK(read.inputs[0].artifact == ArtifactRef{NodeId{7}, 2});
  CHECK(read.memory == UINT64_MAX);
  CHECK(read.timeout == std::chrono::milliseconds(1500));
  CHECK(read.deployments == everything().deployments);
  CHECK(read.onFail == OnFail::Warn);
  CHECK(read.message == everything().message);
}

TEST_CASE("a field that an older pipec did not write has its default") {
  ActionSpec read = llvm::cantFail(parse("{}"));
  CHECK(textOf(read) == textOf(ActionSpec{}));
}

TEST_CASE("what is no spec is an error that names the field") {
  CHECK_THAT(failureOf("[]"), Contains("spec is not an object"));
  CHECK_THAT(failureOf(R"({"kind": "build", "colour": 1})"), Contains("`colour`"));
  CHECK_THAT(failureOf(R"({"kind": "demolish"})"), Contains("spec.kind"));
  CHECK_THAT(failureOf(R"({"run": [{"argv": [["a", {"hole": "nowhere"}]]}]})"),
             Contains("spec.run[0].argv[0][1].hole"));
  CHECK_THAT(failureOf(R"({"run": [{}]})"), Contains("spec.run[0] is not a command"));
  CHECK_THAT(failureOf(R"({"inputs": [{"artifact": [1]}]})"), Contains("spec.inputs[0].artifact"));
  CHECK_THAT(failureOf(R"({"cpus": "three"})"), Contains("spec.cpus"));
  CHECK_THAT(failureOf(R"({"environmentId": 4294967296})"), Contains("spec.environmentId"));
}
