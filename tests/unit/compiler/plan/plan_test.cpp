// What a node needs, and what it is called.
#include "compiler/plan/plan.h"

#include <catch2/catch.hpp>

using namespace pipec::plan;

TEST_CASE("dependencies are all artifacts, deployments and waits, each once") {
  Node node;
  ActionSpec spec;
  spec.kind = ActionKind::LiveTest;
  spec.inputs = {{{NodeId{5}, 1}}, {{NodeId{2}, 0}}};
  spec.work = ArtifactRef{NodeId{5}, 0};
  spec.image = ArtifactRef{NodeId{1}, 0};
  spec.subject = ArtifactRef{NodeId{4}, 0};
  spec.deployments = {NodeId{9}};
  node.what = spec;
  node.waits = {NodeId{7}, NodeId{2}};
  CHECK(dependencies(node) ==
        std::vector{NodeId{1}, NodeId{2}, NodeId{4}, NodeId{5}, NodeId{7}, NodeId{9}});
  CHECK(node.isEffect());
  CHECK(kindName(node) == "live");
}

TEST_CASE("trees depend on what they are made of") {
  Node tree;
  tree.what = TreeSpec(ComposedTree{{{".", {NodeId{3}, 0}}, {"a", {NodeId{1}, 0}}}});
  CHECK(dependencies(tree) == std::vector{NodeId{1}, NodeId{3}});
  tree.what = TreeSpec(TreePart{{NodeId{6}, 0}, "x"});
  CHECK(dependencies(tree) == std::vector{NodeId{6}});
  tree.what = TreeSpec(TreeSelection{{NodeId{6}, 0}, {"*"}});
  CHECK(dependencies(tree) == std::vector{NodeId{6}});
  tree.what = TreeSpec(RepositoryPath{"."});
  CHECK(dependencies(tree).empty());
  CHECK_FALSE(tree.isEffect());
  CHECK(kindName(tree) == "tree");
}
