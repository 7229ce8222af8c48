// `/w`: layers of the store as one copy-on-write union.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include <sys/stat.h>

using namespace pipec::sandbox;

namespace {

struct Workspace : SandboxFixture {
  std::string source, modules;

  explicit Workspace(SandboxMode mode = SandboxMode::Strict) : SandboxFixture(mode) {
    temporary.file("store/src/main.js", "main\n");
    temporary.file("store/src/lib/a.js", "a\n");
    temporary.file("store/deps/vite/index.js", "vite\n");
    temporary.file("store/deps/.bin/vite", "#!/bin/sh\necho vite runs\n", 0755);
    source = temporary.path + "/store/src";
    modules = temporary.path + "/store/deps";
  }

  auto layers() {
    return [this](Spawn& spawn) { spawn.work = {{"", source}, {"node_modules", modules}}; };
  }
};

} // namespace

TEST_CASE("work is every layer at its place") {
  Workspace fixture(GENERATE(SandboxMode::Strict, SandboxMode::Off));
  CHECK(fixture.output("cat main.js lib/a.js node_modules/vite/index.js; node_modules/.bin/vite; "
                       "find . -type f | sort | tr '\\n' ' '",
                       fixture.layers()) ==
        "main\na\nvite\nvite runs\n./lib/a.js ./main.js ./node_modules/.bin/vite "
        "./node_modules/vite/index.js ");
}

TEST_CASE("work can be changed in every way, and the store does not notice") {
  Workspace fixture(GENERATE(SandboxMode::Strict, SandboxMode::Off));
  CHECK(fixture.output(
            "echo more >> main.js; mkdir node_modules/.vite; echo x > node_modules/.vite/x; "
            "rm -rf lib; mkdir lib; echo b > lib/b.js; ls lib; "
            "mv node_modules/vite/index.js node_modules/vite/other.js; "
            "chmod 600 main.js; cat main.js; rm -rf node_modules; test -e node_modules || "
            "echo gone; mkdir node_modules; echo new > node_modules/new; ls -A node_modules",
            fixture.layers()) == "b.js\nmain\nmore\ngone\nnew");
  CHECK(contentOf(fixture.source + "/main.js") == "main\n");
  CHECK(contentOf(fixture.source + "/lib/a.js") == "a\n");
  CHECK(contentOf(fixture.modules + "/vite/index.js") == "vite\n");
  CHECK(!exists(fixture.modules + "/.vite"));
}

TEST_CASE("a layer replaces what earlier ones have at its path") {
  Workspace fixture(GENERATE(SandboxMode::Strict, SandboxMode::Off));
  fixture.temporary.file("store/src/node_modules/stale/x.js", "stale\n");
  fixture.temporary.file("store/src/dist", "a file\n");
  fixture.temporary.file("store/app/index.html", "html\n");
  CHECK(fixture.output("ls node_modules; cat dist/index.html", [&](Spawn& spawn) {
    spawn.work = {{"", fixture.source},
                  {"node_modules", fixture.modules},
                  {"dist", fixture.temporary.path + "/store/app"}};
  }) == "vite\nhtml");
}

TEST_CASE("a layer may lie deep, and a folder that wraps it is used as it is") {
  Workspace fixture;
  fixture.temporary.file("store/wrapped/packages/web/node_modules/y/index.js", "y\n");
  auto layers = [&](Spawn& spawn) {
    spawn.work = {{"", fixture.source},
                  {"packages/web/node_modules",
                   fixture.temporary.path + "/store/wrapped/packages/web/node_modules"}};
  };
  Spawn spawn = fixture.script("cat main.js packages/web/node_modules/y/index.js");
  layers(spawn);
  CHECK(fixture.run(spawn).out == "main\ny\n");
  CHECK(!exists(spawn.scratchDirectory + "/layer1"));
  spawn.work[1].path = "web/node_modules";
  spawn.arguments.back() = "cat main.js web/node_modules/y/index.js";
  CHECK(fixture.run(spawn).out == "main\ny\n");
}

TEST_CASE("a layer may be a file") {
  Workspace fixture(GENERATE(SandboxMode::Strict, SandboxMode::Off));
  std::string file = fixture.temporary.file("store/blob", "#!/bin/sh\necho configured\n", 0755);
  CHECK(fixture.output("cat main.js; ./lib/a.js; rm lib/a.js; ls -A lib", [&](Spawn& spawn) {
    spawn.work = {{"", fixture.source}, {"lib/a.js", file}};
  }) == "main\nconfigured");
}

TEST_CASE("layers may have names that mean something to mount") {
  Workspace fixture;
  std::string odd = fixture.temporary.path + "/store/a:b,c\\d e";
  REQUIRE(std::rename(fixture.source.c_str(), odd.c_str()) == 0);
  CHECK(fixture.output("cat main.js", [&](Spawn& spawn) { spawn.work = {{"", odd}}; }) == "main");
}

TEST_CASE("many layers are one tree") {
  Workspace fixture;
  std::vector<WorkLayer> work;
  for (int index = 0; index < 40; ++index) {
    std::string name = "layer" + std::to_string(index);
    fixture.temporary.file("store/" + name + "/" + name, name);
    fixture.temporary.file("store/" + name + "/last", name);
    work.push_back({"", fixture.temporary.path + "/store/" + name});
  }
  CHECK(fixture.output("ls | wc -l; cat last", [&](Spawn& spawn) { spawn.work = work; }) ==
        "41\nlayer39");
}

TEST_CASE("commands of one root share /w, /tmp and /o") {
  Workspace fixture(GENERATE(SandboxMode::Strict, SandboxMode::Off));
  Spawn spawn = fixture.script("echo w > made; echo t > $TMPDIR/t; rm main.js");
  fixture.layers()(spawn);
  spawn.environment = {{"OUT", fixture.runner->renderPath(spawn, "/o/out")}};
  std::unique_ptr<StepRoot> root = require(fixture.runner->open(spawn));
  CHECK(fixture.run(*root, spawn).result.succeeded());
  spawn.arguments.back() = "cat made $TMPDIR/t > $OUT; test -e main.js || echo gone";
  CHECK(fixture.run(*root, spawn).out == "gone\n");
  CHECK(contentOf(spawn.outputDirectory + "/out") == "w\nt\n");
}
