// What a layer may hold, and each thing that it may not.
#include "layouts.h"

#include "runtime/image/layer_check.h"

using namespace pipec;
using namespace pipec::test;
using Catch::Contains;

namespace {

struct Layers {
  TemporaryFolder folder;
  image::Image image{"sha256:of-the-manifest"};
  image::LayerLimits limits{.bytes = 1'000'000};

  Layers& add(const std::string& bytes, const std::string& type = LayerType) {
    std::string digest = base::digestOf(bytes).text();
    writeFile(folder / "blobs/sha256/" + digest.substr(7), bytes);
    image.layers.push_back({type, digest, bytes.size()});
    return *this;
  }
  llvm::Error check() {
    return image::checkLayers(folder.path, image, limits, [] { return false; });
  }
  std::string refusal() {
    llvm::Error error = check();
    REQUIRE(bool(error));
    REQUIRE(error.isA<image::BadImage>());
    return failureOf(std::move(error));
  }
};

std::string refusalOf(const std::string& entries) {
  return Layers().add(entries + TarEnd).refusal();
}
void accept(const std::string& entries) {
  test::check(Layers().add(entries + TarEnd).check());
}

} // namespace

TEST_CASE("what honest images have is accepted") {
  accept("");
  accept(tarFolder("./") + tarFile("./etc/passwd", "root"));
  accept(tarFolder("/") + tarFile("etc/passwd", "root")); // of `umoci insert`
  accept(tarFile("a", "1") + tarHeader("b", '1', "a") + tarHeader("c", '2', "/etc/shadow") +
         tarHeader("d", '2', "../../../x"));
  accept(tarHeader("dev/null", '3') + tarHeader("dev/sda", '4') + tarHeader("fifo", '6'));
  accept(tarFile(".wh.gone", "") + tarFile("d/.wh..wh..opq", "") + tarFile(".wh..wh.plnk", "") +
         tarFile(".wh....", "") + tarFile("...", "") + tarFile("a..b/..c", ""));
  accept(paxHeader("path", "caf\xc3\xa9/" + std::string(200, 'x')) + tarFile("short", "1"));
  accept(paxHeader("SCHILY.xattr.user.x", "y") + tarFile("x", "1"));
  accept(tarHeader("l", '2', "/elsewhere") + tarFile("l/below", "1"));
}

TEST_CASE("names that lead elsewhere are refused") {
  CHECK_THAT(refusalOf(tarFile("/etc/passwd", "x")),
             Contains("of the image sha256:of-the-manifest has `/etc/passwd`, which is absolute"));
  CHECK_THAT(refusalOf(tarFile("a/../../x", "")), Contains("has `a/../../x`, which leads out"));
  CHECK_THAT(refusalOf(tarFolder("..")), Contains("has `..`, which leads out"));
  CHECK_THAT(refusalOf(paxHeader("path", "/abs") + tarFile("x", "")), Contains("`/abs`"));
  CHECK_THAT(refusalOf(tarFile("a\nb", "")), Contains("has `a\\nb`, which has a line break"));
  CHECK_THAT(refusalOf(tarFile("", "")), Contains("an entry without a name"));
  CHECK_THAT(refusalOf(paxHeader("path", std::string(300, 'x')) + tarFile("x", "")),
             Contains("longer than a file name"));
  std::string deep;
  for (int i = 0; i < 1000; ++i)
    deep += "long/";
  CHECK_THAT(refusalOf(paxHeader("path", deep + "x") + tarFile("x", "")),
             Contains("longer than a path"));
}

TEST_CASE("links are refused that nobody could have made") {
  CHECK_THAT(refusalOf(tarHeader("h", '1', "/etc/passwd")),
             Contains("`h`, which is a hard link to `/etc/passwd`, which is absolute"));
  CHECK_THAT(refusalOf(tarHeader("h", '1', "../x")), Contains("hard link to `../x`"));
  CHECK_THAT(refusalOf(tarHeader("h", '1', "")), Contains("hard link to nothing"));
  CHECK_THAT(refusalOf(tarHeader("s", '2', "")), Contains("a link to nothing"));
  CHECK_THAT(refusalOf(paxHeader("linkpath", std::string(5000, 'x')) + tarHeader("s", '2', "x")),
             Contains("cannot be a path"));
}

TEST_CASE("the root stays a folder") {
  CHECK_THAT(refusalOf(tarHeader(".", '2', "/tmp")), Contains("in the place of the root"));
  CHECK_THAT(refusalOf(tarFile("./.", "x")), Contains("in the place of the root"));
  CHECK_THAT(refusalOf(tarFile("x", "") + tarHeader("./", '1', "x")),
             Contains("in the place of the root"));
}

TEST_CASE("whiteouts remove what is in their folder, and not that folder") {
  for (const char* name : {".wh..", ".wh...", ".wh.", "d/.wh...", "d/.wh../"})
    CHECK_THAT(refusalOf(tarFile(name, "")), Contains("which removes the folder around it"));
}

TEST_CASE("a size over the limit is refused by the header") {
  // Nothing follows: what is refused is not the missing bytes.
  CHECK_THAT(refusalOf(tarHeader("big", '0', "", uint64_t(8) << 40)),
             Contains("has `big`, which has 8") && Contains("TiB") && Contains("more room"));
  Layers layers;
  layers.add(tarFile("a", std::string(600'000, 'a')) + TarEnd);
  layers.add(tarFile("b", std::string(600'000, 'b')) + TarEnd);
  CHECK_THAT(layers.refusal(), Contains("has `b`"));
  CHECK_THAT(refusalOf(paxHeader("GNU.sparse.major", "1") +
                       paxHeader("GNU.sparse.realsize", std::to_string(uint64_t(1) << 50)) +
                       tarFile("s", "0\n")),
             Contains("has `s`, which has 1024 TiB"));
}

TEST_CASE("entries are counted over all layers") {
  Layers layers;
  layers.limits.entries = 3;
  layers.add(tarFolder("a") + tarFolder("b") + TarEnd);
  layers.add(tarFolder("c") + TarEnd);
  test::check(layers.check());
  layers.add(tarFolder("d") + TarEnd);
  CHECK_THAT(layers.refusal(), Contains("more than 3 entries"));
}

TEST_CASE("a bomb is known by its ratio, wherever the bytes are") {
  Layers layers;
  layers.limits.freeBytes = 1'000'000;
  layers.limits.bytes = 100'000'000;
  SECTION("in a file") {
    layers.add(gzip(tarFile("zeros", std::string(8'000'000, '\0')) + TarEnd), GzipType);
    CHECK_THAT(layers.refusal(), Contains("is a bomb"));
  }
  SECTION("after the end") {
    layers.add(gzip(std::string(8'000'000, '\0')), GzipType);
    CHECK_THAT(layers.refusal(), Contains("is a bomb"));
  }
  SECTION("not one that is small") {
    layers.add(gzip(tarFile("zeros", std::string(900'000, '\0')) + TarEnd), GzipType);
    test::check(layers.check());
  }
}

TEST_CASE("bytes that are not what the manifest says are refused") {
  Layers layers;
  std::string good = tarFile("a", "1") + TarEnd;
  layers.add(good);
  SECTION("another size") {
    layers.image.layers[0].size += 1;
    CHECK_THAT(layers.refusal(), Contains("has 2048 bytes instead of 2049"));
  }
  SECTION("other bytes, which are a good layer") {
    std::string other = tarFile("b", "1") + TarEnd;
    writeFile(layers.folder / "blobs/sha256/" + base::digestOf(good).text().substr(7), other);
    CHECK_THAT(layers.refusal(), Contains("has the digest " + base::digestOf(other).text()));
  }
  SECTION("other bytes, which are none") {
    std::string other(good.size(), 'x');
    writeFile(layers.folder / "blobs/sha256/" + base::digestOf(good).text().substr(7), other);
    CHECK_THAT(layers.refusal(), Contains("has the digest " + base::digestOf(other).text()));
  }
}

TEST_CASE("a layer is one whole archive") {
  std::string good = tarFile("a", std::string(2000, 'x')) + TarEnd;
  std::string packed = gzip(good);
  auto refusal = [](const std::string& bytes, const std::string& type) {
    return Layers().add(bytes, type).refusal();
  };
  CHECK_THAT(refusal(good.substr(0, 1000), LayerType), Contains("is no whole tar file"));
  // As `umoci insert` leaves it: without what fills up the last file's block, and without an end.
  test::check(Layers().add(good.substr(0, 512 + 2000), LayerType).check());
  CHECK_THAT(refusal(std::string(2000, 'x'), LayerType), Contains("is no whole tar file"));
  CHECK_THAT(refusal(good + "x", LayerType), Contains("after the end"));
  CHECK_THAT(refusal(gzip(good + "x"), GzipType), Contains("after the end"));
  CHECK_THAT(refusal(packed + "x", GzipType), Contains("follows its compressed bytes"));
  CHECK_THAT(refusal(packed.substr(0, packed.size() / 2), GzipType), Contains("cannot be read"));
  CHECK_THAT(refusal(packed.substr(0, packed.size() - 4), GzipType), Contains("cannot be read"));
  CHECK_THAT(refusal(good, GzipType), Contains("not compressed with gzip"));
  CHECK_THAT(refusal(packed, LayerType), Contains("is no whole tar file"));
}

TEST_CASE("several members of gzip are one layer") {
  std::string entries = tarFile("a", std::string(100'000, 'x'));
  std::string packed =
      gzip(entries.substr(0, 60'000)) + gzip(entries.substr(60'000)) + gzip(TarEnd);
  test::check(Layers().add(packed, GzipType).check());
  std::string hidden = gzip(entries) + gzip(tarFile("../x", "")) + gzip(TarEnd);
  CHECK_THAT(Layers().add(hidden, GzipType).refusal(), Contains("`../x`"));
}

TEST_CASE("the check ends when it is told to") {
  Layers layers;
  layers.add(gzip(tarFile("a", std::string(500'000, 'x')) + TarEnd), GzipType);
  int asked = 0;
  llvm::Error error = image::checkLayers(layers.folder.path, layers.image, layers.limits,
                                         [&] { return ++asked > 1; });
  REQUIRE(bool(error));
  CHECK_FALSE(error.isA<image::BadImage>());
  CHECK_THAT(failureOf(std::move(error)), Contains("interrupted"));
}
