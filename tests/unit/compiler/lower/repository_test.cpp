// glob, file, dir, and the parts of repository folders.
#include "lowered.h"

using namespace pipec;
using namespace pipec::lower;

static std::string found(const std::string& call, Strings names) {
  return eval("[for f in " + call + " => f.path].join(\" \")", "", std::move(names));
}

TEST_CASE("glob gives files, sorted by bytes") {
  Strings names = {"src/b.cc", "src/a.cc", "src/sub/c.cc", "src/a.h",
                   "src/Z.cc", "x.cc",     "src/empty/"};
  CHECK(found("glob(\"src/**/*.cc\")", names) == "src/Z.cc src/a.cc src/b.cc src/sub/c.cc");
  CHECK(found("glob([\"*.cc\", \"src/*.h\"])", names) == "src/a.h x.cc");
  CHECK(found("glob(\"src/*.cc\", exclude = \"src/[a-z].cc\")", names) == "src/Z.cc");
  CHECK(found("glob(\"**/{a,c}.cc\", exclude = [\"**/c.cc\"])", names) == "src/a.cc");
}

TEST_CASE("glob never sees the folders of git and pipec, and no folder twice") {
  Strings names = {".git/config.cc", ".pipec/out/x.cc", "sub/.git/y.cc", "src/a.cc", "docs/x.md"};
  Lowered lowered(showing("(glob(\"src/**\") + glob(\"src/*.cc\") + glob(\"**/*.cc\")).len"),
                  names);
  CHECK(lowered.argv("p.x").at(1) == "3");
  CHECK(lowered.files.listed.count("/w/src") == 1);
  CHECK(lowered.files.listed.count("/w/.git") == 0);
  Lowered narrow(showing("glob(\"src/*.cc\").len"), names);
  CHECK(narrow.files.listed == std::multiset<std::string>{"/w", "/w/src"});
}

TEST_CASE("links: to a file they count, to a folder they do not, out of the repository never") {
  Strings names = {"src/a.cc", "src/b.cc -> a.cc", "src/loop -> ..", "src/gone.cc -> nowhere",
                   "src/c.cc -> /w/src/a.cc"};
  CHECK(found("glob(\"src/**/*.cc\")", names) == "src/a.cc src/b.cc src/c.cc");
  names.push_back("src/out.cc -> ../../etc/passwd");
  CHECK(failure("glob(\"src/*.cc\").len", "", names) ==
        "E0705: `src/out.cc` is a link that leaves the repository");
}

TEST_CASE("W0902: a glob without matches, and one that would match") {
  Lowered lowered(showing("glob(\"srcs/**/*.cc\").len"), {"src/a.cc", "src/x/b.cc"});
  CHECK(lowered.argv("p.x").at(1) == "0");
  CHECK(lowered.allText() ==
        Strings{"W0902: glob(\"srcs/**/*.cc\") matches nothing; `src/**/*.cc` matches 2 files"});
  Lowered other(showing("glob(\"*.rs\").len"), {"src/a.cc"});
  CHECK(other.allText() == Strings{"W0902: glob(\"*.rs\") matches nothing"});
}

TEST_CASE("file and dir") {
  Strings names = {"a/b.txt", "l.txt -> a/b.txt", "d -> a", "x -> y", "y -> x", "o -> /etc"};
  CHECK(eval("file(\"a/../a/./b.txt\").path", "", names) == "a/b.txt");
  CHECK(eval("file(\"l.txt\").name", "", names) == "l.txt");
  CHECK(eval("file(\"d/b.txt\").path", "", names) == "d/b.txt");
  CHECK(failure("file(\"a/b.tx\").name", "", names) ==
        "E0706: there is no file `a/b.tx`; did you mean `a/b.txt`?");
  CHECK(failure("file(\"quite/other\").name", "", names) ==
        "E0706: there is no file `quite/other`");
  CHECK(failure("file(\"a\").name", "", names) == "E0706: `a` is a folder");
  CHECK(failure("dir(\"a/b.txt\").file(\"x\").name", "", names) == "E0706: `a/b.txt` is a file");
  CHECK(failure("file(\"../secrets\").name", "", names) ==
        "E0705: \"../secrets\" leaves the repository");
  CHECK(failure("file(\"/etc/passwd\").name", "", names) ==
        "E0705: \"/etc/passwd\" leaves the repository");
  CHECK(failure("file(\"o/passwd\").name", "", names) ==
        "E0705: \"o/passwd\" is a link that leaves the repository");
  CHECK(failure("file(\"x\").name", "", names) == "E0706: the links at `x` go round in a circle");
  CHECK(failure("file(\".git/config\").name", "", {".git/config"}) ==
        "E0706: there is no file `.git/config`");
}

TEST_CASE("parts of a repository folder are looked up at once, others are not") {
  std::string decls = "build b(d: Dir) -> Dir { run [\"make\", d, out] }\n";
  Strings names = {"a/b/c.txt"};
  CHECK(eval("dir(\"a\").file(\"b/c.txt\").name", decls, names) == "c.txt");
  CHECK(eval("b(dir(\"a\")).file(\"any/thing.o\").stem", decls, names) == "thing");
  CHECK(failure("dir(\"a\").file(\"c.txt\").name", decls, names) ==
        "E0706: there is no file `c.txt` in `a`");
  CHECK(failure("b(dir(\"a\")).file(\"../x\").name", decls, names) ==
        "E0705: \"../x\" is not a path below this directory");
}

TEST_CASE("paths are relative to the module that writes them") {
  Lowered lowered("use \"./ci/lib.pipe\" as lib\n"
                  "build b(f: File) -> File { run [\"cp\", f, out] }\n"
                  "pipeline p() { let x = b(lib.one())\n let y = b(lib.other())\n"
                  "               let n = b(lib.all_of()[0]) }",
                  {"ci/one.txt", "other.txt", "ci/sub/a.md", "sub/b.md",
                   "ci/lib.pipe := pub fn one() -> File = file(\"one.txt\")\n"
                   "pub fn other() -> File = file(\"../other.txt\")\n"
                   "pub fn all_of() -> List<File> = glob(\"sub/*\")\n"});
  auto path = [&](llvm::StringRef label) {
    const plan::Node& file = lowered.plan.nodes[lowered.action(label).inputs.at(0).artifact.node];
    return std::get<plan::RepositoryPath>(file.tree()).path;
  };
  CHECK(path("p.x") == "ci/one.txt");
  CHECK(path("p.y") == "other.txt");
  CHECK(path("p.n") == "ci/sub/a.md");
}

TEST_CASE("patterns that are none") {
  CHECK(failure("glob(\"/x/*\").len").substr(0, 6) == "E0705:");
  CHECK(failure("glob(\"../*.c\").len").substr(0, 6) == "E0705:");
  CHECK(failure("glob(\"a[b\").len").substr(0, 6) == "E0706:");
}
