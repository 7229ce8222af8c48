// Commands and plans as text.
#include "compiler/plan/arg_text.h"
#include "compiler/plan/plan_json.h"

#include "compiler/base/json.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::plan;

static ActionSpec copy() {
  ActionSpec spec;
  spec.inputs = {{{NodeId{0}, 0}, ArtifactType::File, "main.c"}};
  spec.outputs = {{"out", "copy.c", ArtifactType::File}};
  return spec;
}

TEST_CASE("an argument vector reads like a command line") {
  ArgumentVector argv;
  argv.arguments = {{{HoleKind::Text, "cp"}},
                    {{HoleKind::Text, "a b"}},
                    {},
                    {{HoleKind::Text, "it's"}},
                    {{HoleKind::InputPath, "", 0}},
                    {{HoleKind::Text, "-o"}, {HoleKind::OutputPath, "", 0}}};
  CHECK(render({argv, {}}, copy()) == "cp 'a b' '' 'it'\\''s' /i/1/main.c -o/o/copy.c");
}

TEST_CASE("a script reads as it was written") {
  Script script{{{{HoleKind::InputPath, "", 0}}, {{HoleKind::OutputPath, "", 0}}},
                "cp \"${__1}\" \"to ${__2}\" $HOME ${__9} ${__x}"};
  CHECK(render({script, {}}, copy()) == "cp /i/1/main.c \"to /o/copy.c\" $HOME ${__9} ${__x}");
}

TEST_CASE("a command has the paths that the step sees, and no names of holes") {
  ActionSpec spec = copy();
  spec.inputs[0].baseName = "a b.c";
  spec.subject = spec.inputs[0].artifact;
  spec.deployments = {NodeId{3}};
  ArgumentVector argv;
  for (HoleKind kind : {HoleKind::InputPath, HoleKind::ReportPath, HoleKind::PreviousPath,
                        HoleKind::Identity, HoleKind::Release, HoleKind::DeploymentUrl})
    argv.arguments.push_back({{kind, "", 0}});
  argv.arguments.push_back({{HoleKind::Text, "-DV="}, {HoleKind::InputText, "", 0}});
  CHECK(render({argv, {}}, spec) == "'/i/1/a b.c' /report '/i/previous/a b.c' ${id} ${release} "
                                    "${url} -DV=$(cat /i/1/a b.c)");
  Script script{{{{HoleKind::InputPath, "", 0}}, {{HoleKind::Text, "it's"}}},
                "cat \"${__1}\"; echo \"${__2}\" \"so ${__2}\""};
  CHECK(render({script, {}}, spec) == "cat '/i/1/a b.c'; echo 'it'\\''s' \"so it's\"");
  spec.kind = ActionKind::Deploy;
  argv.arguments = {{{HoleKind::OutputPath, "", 0}}};
  CHECK(render({argv, {}}, spec) == "/o/url");
}

TEST_CASE("the lossless text of an Arg tells text from holes") {
  CHECK(argText({{HoleKind::Text, "$HOME/${x}"}, {HoleKind::Identity, "", 0}}) ==
        "$$HOME/$${x}${id}");
  CHECK(argText({{HoleKind::DeploymentUrl, "", 1}, {HoleKind::InputText, "", 0}}) ==
        "${url:2}${text:1}");
  CHECK(argText({}).empty());
}

TEST_CASE("JSON is valid whatever the names are") {
  Plan plan;
  plan.pipeline = "p";
  Node node;
  node.what = TreeSpec(RepositoryPath{"\xff.txt"});
  node.types = {ArtifactType::File};
  node.label = "p.x";
  plan.nodes.push(node);
  plan.roots = {NodeId{0}};
  std::string text = base::renderJson([&](llvm::json::OStream& json) { writeJson(json, plan); });
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(text);
  REQUIRE(bool(parsed));
  const llvm::json::Object* first = (*parsed->getAsObject()->getArray("nodes"))[0].getAsObject();
  CHECK(first->getString("kind") == llvm::StringRef("tree"));
  CHECK(first->getString("label") == llvm::StringRef("p.x"));
}
