// What of a step's inputs is found to be modified after it has run.
#include "runtime/exec/modified_inputs.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <map>

using namespace pipec;
using namespace pipec::test;

namespace {

/// A plan of trees, and a step with all of those that are given to it.
struct Repository {
  TemporaryFolder folder;
  std::string root = folder / "repository";
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "store"));
  std::unique_ptr<cache::FileDigests> files;
  plan::Plan plan;
  plan::ActionSpec spec;
  std::map<plan::NodeId, cas::Content> recorded;

  Repository() {
    writeFile(root + "/src/a.c", "a");
    writeFile(root + "/src/b.c", "b");
    writeFile(root + "/src/notes.txt", "notes");
    writeFile(root + "/other/c.h", "c");
    files = get(cache::openFileDigests(root, folder / "cache", *store, [](llvm::StringRef) {}));
  }

  void write(const std::string& path, const std::string& bytes) {
    writeFile(root + "/" + path, bytes);
  }
  const cas::Content* content(const plan::ArtifactRef& artifact) const {
    auto found = recorded.find(artifact.node);
    return found == recorded.end() ? nullptr : &found->second;
  }
  plan::ArtifactRef tree(plan::TreeSpec what, plan::ArtifactType type) {
    plan::Node node;
    node.what = std::move(what);
    node.types = {type};
    plan::NodeId id = plan.nodes.push(node);
    auto outcome = get(exec::evaluateTree(
        plan.nodes[id], [&](const plan::ArtifactRef& ref) { return content(ref); }, *store,
        *files));
    REQUIRE(outcome.content);
    recorded[id] = *outcome.content;
    return {id, 0};
  }
  plan::ArtifactRef file(const std::string& path) {
    return tree(plan::RepositoryPath{path}, plan::ArtifactType::File);
  }
  plan::ArtifactRef dir(const std::string& path) {
    return tree(plan::RepositoryPath{path}, plan::ArtifactType::Dir);
  }
  void use(plan::ArtifactRef artifact, bool pool = false) {
    spec.inputs.push_back({artifact, plan.nodes[artifact.node].types.front(), "x", pool});
  }
  std::vector<std::string> modified(const cache::ReadSet& reads = {}) {
    plan::Node step;
    step.what = spec;
    plan::NodeId id = plan.nodes.push(step);
    return get(exec::modifiedInputs(
        plan, id, reads, [&](const plan::ArtifactRef& ref) { return content(ref); }, *store,
        *files));
  }
};

using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("an input file that is edited, replaced, removed or made executable is modified") {
  Repository repository;
  repository.use(repository.file("src/a.c"));
  repository.use(repository.file("src/b.c"));
  CHECK(repository.modified().empty());
  repository.write("src/notes.txt", "no input");
  CHECK(repository.modified().empty());
  SECTION("edited within the tick of the clock in which it was hashed, its size the same") {
    repository.write("src/a.c", "A");
    CHECK(repository.modified() == Paths{"src/a.c"});
  }
  SECTION("written again with the same bytes is not modified") {
    repository.write("src/a.c", "a");
    CHECK(repository.modified().empty());
  }
  SECTION("removed, and one that is no file any more") {
    REQUIRE(::unlink((repository.root + "/src/a.c").c_str()) == 0);
    REQUIRE(::unlink((repository.root + "/src/b.c").c_str()) == 0);
    REQUIRE(::mkfifo((repository.root + "/src/b.c").c_str(), 0600) == 0);
    CHECK(repository.modified() == Paths{"src/a.c", "src/b.c"});
  }
  SECTION("made executable") {
    REQUIRE(::chmod((repository.root + "/src/a.c").c_str(), 0755) == 0);
    CHECK(repository.modified() == Paths{"src/a.c"});
  }
}

TEST_CASE("of a folder the files are named, and what a selection leaves out does not count") {
  Repository repository;
  plan::ArtifactRef source = repository.dir("src");
  SECTION("the whole folder, through the tree that is the working directory") {
    repository.spec.work = repository.tree(
        plan::ComposedTree{{{"lib", source}, {"c.h", repository.file("other/c.h")}}},
        plan::ArtifactType::Dir);
    CHECK(repository.modified().empty());
    repository.write("src/notes.txt", "others");
    repository.write("src/deep/new.c", "new");
    CHECK(repository.modified() == Paths{"src/deep/new.c", "src/notes.txt"});
  }
  SECTION("a selection") {
    repository.use(repository.tree(plan::TreeSelection{source, {"*.c"}}, plan::ArtifactType::Dir));
    repository.write("src/notes.txt", "others");
    CHECK(repository.modified().empty());
    REQUIRE(::unlink((repository.root + "/src/b.c").c_str()) == 0);
    CHECK(repository.modified() == Paths{"src/b.c"});
  }
  SECTION("a part") {
    repository.use(repository.tree(plan::TreePart{source, "a.c"}, plan::ArtifactType::File));
    repository.write("src/b.c", "B");
    CHECK(repository.modified().empty());
    repository.write("src/a.c", "A");
    CHECK(repository.modified() == Paths{"src/a.c"});
  }
}

TEST_CASE("of a pool only what was read counts") {
  Repository repository;
  plan::ArtifactRef source = repository.dir("src");
  plan::ArtifactRef composed = repository.tree(
      plan::ComposedTree{{{"inner", source}, {"c.h", repository.file("other/c.h")}}},
      plan::ArtifactType::Dir);
  repository.use(source, /*pool=*/true);
  repository.use(composed, /*pool=*/true);
  cache::ReadSet reads{{0, "a.c"}, {1, "c.h"}, {1, "inner/b.c"}};
  repository.write("src/notes.txt", "others");
  CHECK(repository.modified(reads).empty());
  repository.write("src/a.c", "A");
  repository.write("other/c.h", "C");
  CHECK(repository.modified(reads) == Paths{"other/c.h", "src/a.c"});
  repository.write("src/b.c", "B");
  CHECK(repository.modified(reads) == Paths{"other/c.h", "src/a.c", "src/b.c"});
  CHECK(repository.modified({{0, ""}}) == Paths{"src/a.c", "src/b.c", "src/notes.txt"});
}

TEST_CASE("modified files in a sentence") {
  CHECK(exec::modifiedText({"a"}) == "`a` was modified");
  CHECK(exec::modifiedText({"a", "b"}) == "`a`, `b` were modified");
  CHECK(exec::modifiedText({"a", "b", "c", "d", "e"}) == "`a`, `b`, `c` and 2 more were modified");
}
