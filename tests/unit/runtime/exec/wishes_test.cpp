// What is a wish, and what is not.
#include "runtime/exec/wishes.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>

using namespace pipec;
using workspace::Wish;
using workspace::WishKind;

namespace {

/// `w` is a workspace, `out` a folder beside it.
struct Place {
  Place() {
    for (const char* name : {"w/in", "w/sub/.git", "w/.git/hooks", "out"})
      test::check(base::makeDirectories(folder / name));
    char* resolved = ::realpath(folder.path.c_str(), nullptr);
    root = resolved;
    std::free(resolved);
    REQUIRE(::symlink("../out", (folder / "w/link").c_str()) == 0);
    REQUIRE(::symlink("../nothing", (folder / "w/dangling").c_str()) == 0);
    REQUIRE(::symlink("in", (folder / "w/short").c_str()) == 0);
  }
  std::string at(const std::string& path) const { return root + "/" + path; }

  /// Of a source with this path, and of a deploy to an environment with it.
  std::vector<Wish> wishes(const std::string& path) const {
    plan::ActionSpec spec;
    spec.paths = {path};
    std::vector<Wish> read = exec::wishesOf(spec, {}, at("w"));
    spec.paths.clear();
    std::vector<Wish> written = exec::wishesOf(spec, {path}, at("w"));
    REQUIRE(read.size() == written.size());
    read.insert(read.end(), written.begin(), written.end());
    return read;
  }
  std::vector<Wish> both(const std::string& path) const {
    return {{WishKind::Read, at(path)}, {WishKind::Write, at(path)}};
  }

  test::TemporaryFolder folder;
  std::string root;
};

} // namespace

TEST_CASE("a path inside the workspace is no wish, however it is written") {
  Place place;
  for (const std::string path : {"in", "./in", "in/new/folder", "new", "short", "short/x",
                                 "in/../in", "~", "~/.ssh", ".github", "sub.git"}) {
    INFO(path);
    CHECK(place.wishes(path).empty());
  }
  CHECK(place.wishes(place.at("w/in")).empty());
  CHECK(place.wishes(place.at("out/../w/in")).empty());
}

TEST_CASE("a path outside is a wish for where it leads") {
  Place place;
  for (const std::string path :
       {"../out", "in/../../out", "link", "./link", "link/", "in/../link"}) {
    INFO(path);
    CHECK(place.wishes(path) == place.both("out"));
  }
  CHECK(place.wishes(place.at("out")) == place.both("out"));
  CHECK(place.wishes("link/new/x") == place.both("out/new/x"));
  CHECK(place.wishes(place.at("w2")) == place.both("w2"));
  CHECK(place.wishes("..") ==
        std::vector<Wish>{{WishKind::Read, place.root}, {WishKind::Write, place.root}});
  // Whatever somebody makes there later.
  CHECK(place.wishes("dangling") == place.both("w/dangling"));
  CHECK(place.wishes("dangling/x") == place.both("w/dangling/x"));
}

TEST_CASE("what a clone does not bring along is outside") {
  Place place;
  for (const std::string path : {".git", ".git/hooks", ".git/config", ".pipec", ".pipec/out", "sub",
                                 "sub/.git", "in/.git"}) {
    INFO(path);
    CHECK(place.wishes(path) == place.both("w/" + path));
  }
  CHECK(place.wishes(".") == place.both("w"));
}

TEST_CASE("a socket is asked for as one") {
  Place place;
  int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::string path = place.at("out/s");
  REQUIRE(path.size() < sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  ::close(socket);
  CHECK(place.wishes("link/s") ==
        std::vector<Wish>{{WishKind::Socket, path}, {WishKind::Socket, path}});
}

TEST_CASE("secrets are wishes by name, each once") {
  plan::ActionSpec spec;
  spec.secrets = {{"A", "npm/read"}, {"B", "npm/read"}};
  spec.secretFiles = {{"c", "aws"}};
  CHECK(exec::wishesOf(spec, {}, "/w") ==
        std::vector<Wish>{{WishKind::Secret, "aws"}, {WishKind::Secret, "npm/read"}});
}

TEST_CASE("names of kinds are read as they are written") {
  for (WishKind kind :
       {WishKind::Read, WishKind::Write, WishKind::Socket, WishKind::Secret, WishKind::Settings})
    CHECK(workspace::wishKind(workspace::kindName(kind)) == kind);
  CHECK_FALSE(workspace::wishKind("all"));
}
