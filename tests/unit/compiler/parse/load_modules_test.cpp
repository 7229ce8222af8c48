// Following imports.
#include "compiler/base/error.h"
#include "compiler/parse/parse.h"

#include <catch2/catch.hpp>

#include <map>

using namespace pipec;
using namespace pipec::parse;

namespace {

/// Files by absolute path; everything that is a prefix of one is a directory.
class MemoryFiles final : public base::FileSystem {
public:
  std::map<std::string, std::string> files;
  std::string unreadable;

  llvm::Expected<std::string> read(llvm::StringRef path) override {
    if (path == unreadable)
      return base::worldError("cannot read `" + path + "`: Permission denied");
    auto found = files.find(path.str());
    if (found == files.end())
      return base::worldError("cannot read `" + path + "`: No such file or directory");
    return found->second;
  }
  llvm::Expected<std::optional<base::FileStatus>> status(llvm::StringRef path, bool) override {
    base::FileStatus status;
    auto found = files.find(path.str());
    if (found != files.end()) {
      status.kind = base::FileKind::Regular;
      status.size = found->second.size();
      return status;
    }
    for (const auto& [name, content] : files)
      if (llvm::StringRef(name).starts_with((path + "/").str())) {
        status.kind = base::FileKind::Directory;
        return status;
      }
    return std::nullopt;
  }
  llvm::Expected<std::vector<base::DirectoryEntry>> list(llvm::StringRef directory) override {
    std::vector<base::DirectoryEntry> entries;
    for (const auto& [name, content] : files) {
      llvm::StringRef rest = name;
      if (rest.consume_front((directory + "/").str()) && !rest.contains('/'))
        entries.push_back({rest.str(), base::FileKind::Regular});
    }
    return entries;
  }
  llvm::Expected<std::string> readLink(llvm::StringRef path) override {
    return base::worldError("no link: " + path);
  }
};

using Files = std::map<std::string, std::string>;

struct Workspace {
  MemoryFiles files;
  diagnostics::SourceManager sources;
  diagnostics::DiagnosticList diagnostics;

  explicit Workspace(const Files& content) {
    for (const auto& [path, text] : content)
      files.files["/ws/" + path] = text;
  }

  llvm::Expected<ast::ModuleGraph> load(const std::vector<std::string>& roots) {
    ModuleSources from;
    from.files = &files;
    from.workspace = "/ws";
    from.library = [](llvm::StringRef name) -> std::optional<llvm::StringRef> {
      if (name == "git")
        return "use std.oci\npub let x = 1\n";
      if (name == "oci")
        return "pub let y = 1\n";
      if (name == "bad")
        return "use \"./x.pipe\"\n";
      return std::nullopt;
    };
    from.libraryNames = {"bad", "git", "oci"};
    return loadModules(from, roots, sources, diagnostics);
  }

  /// Loads what can be loaded, and gives the paths in order.
  std::vector<std::string> paths(const std::vector<std::string>& roots) {
    graph = llvm::cantFail(load(roots));
    std::vector<std::string> result;
    for (const auto& module : graph.modules)
      result.push_back(module->path);
    return result;
  }

  std::vector<std::string> messages() const {
    std::vector<std::string> result;
    for (const diagnostics::Diagnostic& each : diagnostics.all())
      result.push_back((diagnostics::codeName(each.code) + " " + each.message).str());
    return result;
  }

  ast::ModuleGraph graph;
};

using Texts = std::vector<std::string>;

std::string failure(llvm::Expected<ast::ModuleGraph> graph, base::ErrorCategory category) {
  REQUIRE(!graph);
  auto [actual, text] = base::describe(graph.takeError());
  CHECK(actual == category);
  return text;
}

} // namespace

TEST_CASE("imports come before their users, each once") {
  Workspace ws(Files{{"ci/a.pipe", "use std.git\nuse \"./b.pipe\"\nuse \"../lib/c.pipe\"\n"},
                     {"ci/b.pipe", "use \"../lib/c.pipe\" as c\nuse std.oci as images\n"},
                     {"lib/c.pipe", "let x = 1\n"}});
  CHECK(ws.paths({"ci/a.pipe"}) ==
        Texts{"std/oci.pipe", "std/git.pipe", "lib/c.pipe", "ci/b.pipe", "ci/a.pipe"});
  CHECK(ws.messages().empty());
  REQUIRE(ws.graph.roots.size() == 1);
  const ast::LoadedModule& root = ws.graph[ws.graph.roots[0]];
  CHECK(root.path == "ci/a.pipe");
  CHECK(root.directory() == "ci");
  CHECK(root.origin == ast::ModuleOrigin::Workspace);
  REQUIRE(root.imports.size() == 3);
  CHECK(ws.graph[root.imports[0]].origin == ast::ModuleOrigin::Library);
  CHECK(ws.graph[root.imports[1]].path == "ci/b.pipe");
}

TEST_CASE("a module that is a root and an import is one") {
  Workspace ws(Files{{"a.pipe", "use \"b.pipe\"\n"}, {"b.pipe", ""}});
  CHECK(ws.paths({"a.pipe", "b.pipe", "./a.pipe"}) == Texts{"b.pipe", "a.pipe"});
  CHECK(ws.graph.roots.size() == 2);
}

TEST_CASE("a file of the workspace is not the library's, whatever its path") {
  Workspace ws(Files{{"std/git.pipe", "use std.git\n"}});
  CHECK(ws.paths({"std/git.pipe"}) == Texts{"std/oci.pipe", "std/git.pipe", "std/git.pipe"});
  CHECK(ws.messages().empty());
}

TEST_CASE("cycles are reported with their path, and the rest is loaded") {
  Workspace ws(Files{{"a.pipe", "use \"b.pipe\"\n"},
                     {"b.pipe", "use \"c.pipe\"\nuse \"d.pipe\"\n"},
                     {"c.pipe", "use \"a.pipe\"\n"},
                     {"d.pipe", ""}});
  CHECK(ws.paths({"a.pipe"}) == Texts{"c.pipe", "d.pipe", "b.pipe", "a.pipe"});
  CHECK(ws.messages() == Texts{"E0203 modules import each other"});
  CHECK(ws.diagnostics.all()[0].notes == Texts{"a.pipe -> b.pipe -> c.pipe -> a.pipe"});
  const ast::LoadedModule& last = ws.graph[ast::ModuleId{0}];
  REQUIRE(last.imports.size() == 1);
  CHECK(!last.imports[0].valid());
}

TEST_CASE("a cycle of 50 files and a chain of 20,000") {
  Files cycle;
  for (int index = 0; index < 50; ++index)
    cycle["m" + std::to_string(index) + ".pipe"] =
        "use \"m" + std::to_string((index + 1) % 50) + ".pipe\"\n";
  Workspace ring(cycle);
  CHECK(ring.paths({"m0.pipe"}).size() == 50);
  CHECK(ring.messages() == Texts{"E0203 modules import each other"});

  Files chain;
  for (int index = 0; index < 20000; ++index)
    chain["m" + std::to_string(index) + ".pipe"] =
        "use \"m" + std::to_string(index + 1) + ".pipe\"\n";
  chain["m20000.pipe"] = "";
  Workspace line(chain);
  CHECK(line.paths({"m0.pipe"}).size() == 20001);
  CHECK(line.messages().empty());
}

TEST_CASE("modules that do not exist") {
  Workspace ws(Files{{"a.pipe", "use std.gti\nuse std\nuse std.a.b\nuse acme.x\nuse \"b.pip\"\n"
                                "use \"missing/x.pipe\"\nuse \"../x.pipe\"\nuse \"/x.pipe\"\n"
                                "use \"sub\" as s\n"},
                     {"b.pipe", ""},
                     {"sub/c.pipe", ""}});
  CHECK(ws.paths({"a.pipe"}) == Texts{"a.pipe"});
  CHECK(ws.messages() ==
        Texts{"E0207 there is no module `std.gti`", "E0207 there is no module `std`",
              "E0207 there is no module `std.a.b`", "E0207 there is no module `acme.x`",
              "E0207 there is no module `b.pip`", "E0207 there is no module `missing/x.pipe`",
              "E0207 `../x.pipe` leaves the workspace", "E0207 `/x.pipe` leaves the workspace",
              "E0207 `sub` is a directory, not a module"});
  CHECK(ws.diagnostics.all()[0].help == "did you mean `std.git`?");
  CHECK(ws.diagnostics.all()[4].help == "did you mean `b.pipe`?");
  for (ast::ModuleId id : ws.graph[ws.graph.roots[0]].imports)
    CHECK(!id.valid());
}

TEST_CASE("an import that cannot be read is a mistake of the program") {
  Workspace ws(Files{{"a.pipe", "use \"b.pipe\"\n"}, {"b.pipe", ""}});
  ws.files.unreadable = "/ws/b.pipe";
  CHECK(ws.paths({"a.pipe"}) == Texts{"a.pipe"});
  CHECK(ws.messages() ==
        Texts{"E0207 `b.pipe` cannot be read: cannot read `/ws/b.pipe`: Permission denied"});
}

TEST_CASE("a library module imports by name only") {
  Workspace ws(Files{{"a.pipe", "use std.bad\n"}, {"std/x.pipe", ""}});
  CHECK(ws.paths({"a.pipe"}) == Texts{"std/bad.pipe", "a.pipe"});
  CHECK(ws.messages() ==
        Texts{"E0207 a module of the library imports others as `std.NAME`, not by a path"});
}

TEST_CASE("roots that cannot be loaded") {
  Workspace ws(Files{{"a.pipe", ""}, {"dir.pipe/x", ""}});
  CHECK(failure(ws.load({"b.pipe"}), base::ErrorCategory::Usage) == "`b.pipe` does not exist");
  CHECK(failure(ws.load({"dir.pipe"}), base::ErrorCategory::Usage) ==
        "`dir.pipe` is a directory, not a module");
  CHECK(failure(ws.load({"../a.pipe"}), base::ErrorCategory::Usage) ==
        "`../a.pipe` is not in the workspace");
  ws.files.unreadable = "/ws/a.pipe";
  CHECK(failure(ws.load({"a.pipe"}), base::ErrorCategory::World) ==
        "`a.pipe` cannot be read: cannot read `/ws/a.pipe`: Permission denied");
}

TEST_CASE("mistakes in an imported module are reported once") {
  Workspace ws(
      Files{{"a.pipe", "use \"b.pipe\"\nuse \"b.pipe\" as c\n"}, {"b.pipe", "let x = )\n"}});
  CHECK(ws.paths({"a.pipe"}) == Texts{"b.pipe", "a.pipe"});
  CHECK(ws.messages() == Texts{"E0101 expected a value, found `)`"});
}
