// `check --fix`: what is changed, and what is not.
#include "runtime/cli/fix.h"

#include "../temporary_folder.h"

#include <filesystem>

using namespace pipec;
using namespace pipec::cli;

namespace {

struct Project {
  test::TemporaryFolder folder;
  workspace::Workspace workspace;

  Project() { workspace.root = std::filesystem::canonical(folder.path).string(); }

  void write(const std::string& name, const std::string& text) {
    llvm::cantFail(base::writeFileAtomically(workspace.root + "/" + name, text));
  }
  std::string read(const std::string& name) {
    return llvm::cantFail(base::makeRealFileSystem()->read(workspace.root + "/" + name));
  }
  std::vector<FixedFile> fix(std::vector<std::string> files) {
    return test::get(fixFiles(workspace, files));
  }
  /// The text of the only file that is fixed.
  std::string fixed(const std::string& text) {
    write("a.pipe", text);
    std::vector<FixedFile> files = fix({"a.pipe"});
    return files.empty() ? text : files.front().after;
  }
};

} // namespace

TEST_CASE("fixes are made until none is left") {
  Project project;
  project.write("a.pipe", "# two rounds: the setting is only looked at when the comma is there\n"
                          "pub let flags = [\"-g\" \"-O0\"];\n"
                          "pub build site(src: Dir) -> Dir {\n"
                          "  timout = 10min\n"
                          "  run [\"make\", src, flags, out]\n"
                          "}\n");
  std::vector<FixedFile> files = project.fix({"a.pipe"});
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == "a.pipe");
  CHECK(files[0].fixes == 4);
  CHECK(files[0].after == "// two rounds: the setting is only looked at when the comma is there\n"
                          "pub let flags = [\"-g\", \"-O0\"]\n"
                          "pub build site(src: Dir) -> Dir {\n"
                          "  timeout = 10min\n"
                          "  run [\"make\", src, flags, out]\n"
                          "}\n");
  CHECK(project.read("a.pipe") == files[0].before);
  llvm::cantFail(writeFixed(project.workspace, files));
  CHECK(project.read("a.pipe") == files[0].after);
  CHECK(project.fix({"a.pipe"}).empty());
}

TEST_CASE("guesses and choices are left to people") {
  Project project;
  for (std::string text : {"pub let limit = 5m\n", "pub let a = glbo(\"*\")\n",
                           "pub fn tag(t: String?) -> String = t\n"})
    CHECK(project.fixed(text) == text);
}

TEST_CASE("a fix that does not help is not made") {
  Project project;
  // The quote at the end of the line would swallow the bracket.
  std::string text = "pub let a = file(\"x)\n";
  CHECK(project.fixed(text) == text);
}

TEST_CASE("imported files of the workspace are fixed, too, and the library is not") {
  Project project;
  project.write("lib/b.pipe", "pub let b = 1;\n");
  project.write("a.pipe", "use std.git\nuse \"./lib/b.pipe\"\n\npub let a = b.b\n");
  std::vector<FixedFile> files = project.fix({"a.pipe"});
  REQUIRE(files.size() == 2);
  CHECK(files[0].path == "a.pipe");
  CHECK(files[0].after == "use \"./lib/b.pipe\"\n\npub let a = b.b\n");
  CHECK(files[1].path == "lib/b.pipe");
  CHECK(files[1].after == "pub let b = 1\n");
}

TEST_CASE("a link that leads outside is not followed, one inside is") {
  Project project;
  test::TemporaryFolder elsewhere;
  llvm::cantFail(base::writeFileAtomically(elsewhere / "x.pipe", "pub let a = 1;\n"));
  project.write("real.pipe", "pub let a = 1;\n");
  std::filesystem::create_symlink(elsewhere / "x.pipe", project.workspace.root + "/out.pipe");
  std::filesystem::create_symlink("real.pipe", project.workspace.root + "/in.pipe");
  CHECK(project.fix({"out.pipe"}).empty());
  std::vector<FixedFile> files = project.fix({"in.pipe"});
  REQUIRE(files.size() == 1);
  llvm::cantFail(writeFixed(project.workspace, files));
  CHECK(std::filesystem::is_symlink(project.workspace.root + "/in.pipe"));
  CHECK(project.read("real.pipe") == "pub let a = 1\n");
}

TEST_CASE("a fixed file keeps its permissions") {
  Project project;
  project.write("a.pipe", "pub let a = 1;\n");
  ::chmod((project.workspace.root + "/a.pipe").c_str(), 0640);
  llvm::cantFail(writeFixed(project.workspace, project.fix({"a.pipe"})));
  struct stat status;
  REQUIRE(::stat((project.workspace.root + "/a.pipe").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}
