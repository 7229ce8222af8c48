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
  CHECK(render({argv, {}}, copy()) == "cp 'a b' '' 'it'\\''s' ${in:1:main.c} -o${out:copy.c}");
}

TEST_CASE("a script reads as it was written") {
  Script script{{{{HoleKind::InputPath, "", 0}}, {{HoleKind::OutputPath, "", 0}}},
                "cp \"${__1}\" \"to ${__2}\" $HOME ${__9} ${__x}"};
  CHECK(render({script, {}}, copy()) ==
        "cp ${in:1:main.c} \"to ${out:copy.c}\" $HOME ${__9} ${__x}");
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
