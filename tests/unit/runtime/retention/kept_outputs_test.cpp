// Copies that `out` clauses ask for: restored, and removed with their clause.
#include "runtime/retention/kept_outputs.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace pipec;
using test::exists;
using test::get;
using test::readFile;

namespace {

/// A pipeline `p` of `p.pipe` whose nodes have succeeded with given content.
class Pipeline {
public:
  Pipeline() {
    workspace.root = folder.path;
    plan.pipeline = "p";
    plan.module = "p.pipe";
  }

  /// `out PATH = …`, where the artifact is what stands at `source` on disk.
  void keep(const std::string& path, const std::string& source) {
    plan::Node node;
    node.what = plan::ActionSpec();
    node.types = {plan::ArtifactType::Dir};
    plan::NodeId id = plan.nodes.push(node);
    plan.keptOutputs.push_back({path, {id, 0}, {}, {}});
    declare(path.substr(0, path.find('/')));
    exec::NodeResult result;
    result.state = exec::NodeState::Succeeded;
    result.outputs.push_back({"out", get(store->putPath(source))});
    results.nodes.push(std::move(result));
  }
  void declare(const std::string& name) { plan.declaredOutputs.push_back(name); }
  std::vector<std::string> update() {
    std::vector<std::string> told;
    retention::KeptOutputs kept(workspace, *store);
    lost = get(kept.update(plan, plan, results,
                           [&](llvm::StringRef path) { told.push_back(path.str()); }));
    return told;
  }
  std::vector<plan::NodeId> lost; ///< by the last update()
  /// Another build, with other clauses.
  void restart() {
    plan.nodes = {};
    plan.keptOutputs.clear();
    plan.declaredOutputs.clear();
    results = {};
  }
  std::string out(const std::string& path) { return folder / (".pipec/out/p/" + path); }

  test::TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "cas"));
  workspace::Workspace workspace;
  plan::Plan plan;
  exec::BuildResult results;
};

struct WithTree : Pipeline {
  WithTree() {
    test::writeFile(folder / "tree/a", "a");
    test::writeFile(folder / "tree/sub/b", "b");
    test::check(base::makeDirectories(folder / "tree/empty"));
    test::writeFile(folder / "file", "one");
  }
};
using Paths = std::vector<std::string>;

} // namespace

TEST_CASE_METHOD(WithTree, "copies are made once, and restored when touched") {
  keep("tree", folder / "tree");
  keep("file", folder / "file");
  CHECK(update() == Paths{".pipec/out/p/tree", ".pipec/out/p/file"});
  CHECK(readFile(out("tree/sub/b")) == "b");
  CHECK(update().empty());
  REQUIRE(::unlink(out("tree/a").c_str()) == 0);
  CHECK(update() == Paths{".pipec/out/p/tree"});
  CHECK(readFile(out("tree/a")) == "a");
}

TEST_CASE_METHOD(WithTree,
                 "a copy whose content is lost is told by its node, and the others are made") {
  keep("tree", folder / "tree");
  keep("file", folder / "file");
  std::string hex =
      results.nodes[plan.keptOutputs.back().artifact.node].outputs[0].content.digest.hex();
  REQUIRE(::unlink((folder / "cas/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2)).c_str()) == 0);
  CHECK(update() == Paths{".pipec/out/p/tree"});
  CHECK(lost == std::vector{plan.keptOutputs.back().artifact.node});
}

TEST_CASE_METHOD(WithTree, "a copy goes with its clause, and with it the folders made for it") {
  keep("tree", folder / "tree");
  keep("list/1", folder / "file");
  keep("list/2", folder / "file");
  update();
  restart();
  keep("list/1", folder / "file");
  update();
  CHECK_FALSE(exists(out("tree")));
  CHECK(exists(out("list/1")));
  CHECK_FALSE(exists(out("list/2")));
  restart();
  update();
  CHECK_FALSE(exists(folder / ".pipec/out/p"));
}

TEST_CASE_METHOD(WithTree, "what pipec did not make is not removed") {
  keep("tree", folder / "tree");
  update();
  test::writeFile(out("tree/sub/mine"), "mine");
  test::writeFile(out("notes"), "mine");
  test::writeFile(folder / "elsewhere/a", "not ours");
  test::check(base::removeTree(out("tree/empty")));
  REQUIRE(::symlink((folder / "elsewhere").c_str(), out("tree/empty").c_str()) == 0);
  restart();
  update();
  CHECK_FALSE(exists(out("tree/a")));
  CHECK_FALSE(exists(out("tree/sub/b")));
  CHECK(readFile(out("tree/sub/mine")) == "mine");
  CHECK(readFile(out("notes")) == "mine");
  CHECK(readFile(folder / "elsewhere/a") == "not ours");
}

TEST_CASE_METHOD(WithTree, "what a killed update has put there goes with its clause as well") {
  keep("other", folder / "file");
  keep("tree", folder / "tree");
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    retention::KeptOutputs kept(workspace, *store);
    get(kept.update(plan, plan, results, [](llvm::StringRef) { ::raise(SIGKILL); }));
    ::_exit(0);
  }
  int status;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(exists(out("other")));
  // As if it had been killed in the middle of a folder, too.
  test::writeFile(out("tree/a"), "a");
  test::writeFile(out("tree/sub/.pipec-restore.0123"), "b");
  test::writeFile(out(".pipec-restore." + base::digestOf("tree").hex()), "x");
  restart();
  update();
  CHECK_FALSE(exists(folder / ".pipec/out/p"));
}

TEST_CASE_METHOD(WithTree, "a copy that changed and was not finished goes with both its contents") {
  keep("tree", folder / "tree");
  update();
  test::writeFile(folder / "new/c", "c");
  restart();
  keep("tree", folder / "new");
  // Killed when the new content is announced and the old one still there.
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    retention::KeptOutputs kept(workspace, *store);
    get(kept.update(plan, plan, results, [](llvm::StringRef) { ::raise(SIGKILL); }));
    ::_exit(0);
  }
  int status;
  REQUIRE(::waitpid(child, &status, 0) == child);
  test::writeFile(out("tree/sub/b"), "b"); // not yet taken away
  restart();
  update();
  CHECK_FALSE(exists(folder / ".pipec/out/p"));
}

TEST_CASE_METHOD(WithTree, "a folder that the store has lost goes if it is what was put there") {
  for (bool touched : {false, true}) {
    keep("tree", folder / "tree");
    update();
    store.reset();
    test::check(base::removeTree(folder / "cas"));
    store = get(cas::openLocalContentStore(folder / "cas"));
    if (touched)
      test::writeFile(out("tree/mine"), "mine");
    restart();
    update();
    CHECK(exists(out("tree")) == touched);
  }
}

TEST_CASE_METHOD(WithTree, "a clause in a skipped stage keeps its copy") {
  keep("tree", folder / "tree");
  update();
  restart();
  declare("tree");
  update();
  CHECK(exists(out("tree/a")));
}

TEST_CASE_METHOD(WithTree, "a file turns into a folder of elements and back") {
  keep("x", folder / "file");
  update();
  restart();
  keep("x/1", folder / "file");
  keep("x/2", folder / "tree");
  update();
  CHECK(readFile(out("x/1")) == "one");
  CHECK(readFile(out("x/2/a")) == "a");
  restart();
  keep("x", folder / "file");
  update();
  CHECK(readFile(out("x")) == "one");
}

TEST_CASE_METHOD(WithTree, "a failed node leaves the old copy alone") {
  keep("file", folder / "file");
  update();
  results.nodes[plan::NodeId{0}].state = exec::NodeState::Failed;
  results.nodes[plan::NodeId{0}].outputs.clear();
  CHECK(update().empty());
  CHECK(readFile(out("file")) == "one");
}

TEST_CASE_METHOD(WithTree, "copies of a pipeline go when its file no longer declares it") {
  keep("file", folder / "file");
  update();
  retention::KeptOutputs kept(workspace, *store);
  test::check(kept.dropPipelines("other.pipe", {}));
  test::check(kept.dropPipelines("p.pipe", {"p"}));
  CHECK(exists(out("file")));
  test::check(kept.dropPipelines("p.pipe", {"renamed"}));
  CHECK_FALSE(exists(out("file")));
}

TEST_CASE_METHOD(WithTree, "copies go with their file") {
  test::writeFile(folder / "p.pipe", "");
  keep("file", folder / "file");
  update();
  {
    retention::KeptOutputs kept(workspace, *store);
    test::check(kept.dropModules());
  }
  CHECK(exists(out("file")));
  REQUIRE(::unlink((folder / "p.pipe").c_str()) == 0);
  retention::KeptOutputs kept(workspace, *store);
  test::check(kept.dropModules());
  CHECK_FALSE(exists(folder / ".pipec/out/p"));
}

TEST_CASE_METHOD(WithTree, "a manifest that leads elsewhere is not followed") {
  test::writeFile(folder / "precious", "x");
  test::writeFile(folder / ".pipec/kept.json",
                  R"({"version":2,"outputs":[{"path":"../../precious","pipeline":"p","name":"gone",
                      "module":"p.pipe","kind":"file","digest":")" +
                      base::digestOf("x").name() + R"("}]})");
  update();
  CHECK(exists(folder / "precious"));
  test::writeFile(folder / ".pipec/kept.json", "garbage");
  keep("file", folder / "file");
  update();
  CHECK(readFile(out("file")) == "one");
}
