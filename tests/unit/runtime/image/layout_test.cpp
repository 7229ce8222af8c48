// What is read of a layout, and every way in which one can be broken.
#include "layouts.h"

#include "runtime/image/layout.h"

using namespace pipec;
using namespace pipec::test;
using Catch::Contains;

namespace {

struct StoredLayout : LayoutFolder {
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "store"));

  base::Digest put() { return get(store->putPath(path)).digest; }
  image::Image read() { return get(image::readImage(*store, put())); }
  /// The message of a BadImage.
  std::string refusal() {
    auto image = image::readImage(*store, put());
    REQUIRE_FALSE(bool(image));
    REQUIRE(image.errorIsA<image::BadImage>());
    return failureOf(std::move(image));
  }
};

} // namespace

TEST_CASE("an image is what its manifest and its configuration say") {
  StoredLayout layout;
  layout.settings = R"({"Env":["PATH=/usr/bin:/bin","A=1","EMPTY=","A=2=3"],"Labels":{"é":"x"}})";
  layout.write();
  image::Image image = layout.read();
  CHECK(image.digest == base::digestOf(layout.manifest).text());
  CHECK(get(image::manifestDigest(*layout.store, layout.put())) == image.digest);
  CHECK(image.os == "linux");
  CHECK(image.architecture == "amd64");
  CHECK(image.variant.empty());
  CHECK(image.reference.empty());
  CHECK(image.environment == std::vector<std::pair<std::string, std::string>>{
                                 {"PATH", "/usr/bin:/bin"}, {"A", "2=3"}, {"EMPTY", ""}});
  REQUIRE(image.layers.size() == 1);
  CHECK(image.layers[0].digest == base::digestOf(layout.layer).text());
  CHECK(image.layers[0].size == 1024);
}

TEST_CASE("what is null is as good as absent") {
  StoredLayout layout;
  layout.settings = R"({"Env":null})";
  CHECK(layout.write().index.size() > 0);
  CHECK(layout.read().environment.empty());
}

TEST_CASE("the digest of the manifest needs no manifest") {
  StoredLayout layout;
  layout.write();
  REQUIRE(::unlink(layout.blobPath(layout.manifest).c_str()) == 0);
  CHECK(get(image::manifestDigest(*layout.store, layout.put())) ==
        base::digestOf(layout.manifest).text());
  CHECK_THAT(layout.refusal(), Contains("the manifest of the image sha256:") &&
                                   Contains("is missing in the image's folder"));
}

TEST_CASE("an index must name one image") {
  StoredLayout layout;
  SECTION("none") {
    layout.index = R"({"manifests":[]})";
    CHECK_THAT(layout.write().index, Contains("[]"));
    CHECK_THAT(layout.refusal(), Contains("names 0 manifests"));
  }
  SECTION("several") {
    layout.write();
    std::string one = descriptorOf(layout.manifestType, layout.manifest);
    layout.index = R"({"manifests":[)" + one + "," + one + "]}";
    layout.write();
    CHECK_THAT(layout.refusal(), Contains("names 2 manifests"));
  }
  SECTION("a list for several platforms") {
    layout.manifestType = "application/vnd.oci.image.index.v1+json";
    layout.write();
    CHECK_THAT(layout.refusal(), Contains("skopeo copy --override-os linux --override-arch"));
  }
  SECTION("an image in Docker's format") {
    layout.manifestType = "application/vnd.docker.distribution.manifest.v2+json";
    layout.write();
    CHECK_THAT(layout.refusal(), Contains("Docker's own format"));
  }
  SECTION("no index") {
    layout.write();
    REQUIRE(::unlink((layout.path + "/index.json").c_str()) == 0);
    CHECK_THAT(layout.refusal(), Contains("`index.json` is missing"));
  }
  SECTION("a link that leads in circles") {
    layout.write();
    REQUIRE(::unlink((layout.path + "/index.json").c_str()) == 0);
    REQUIRE(::symlink("index.json", (layout.path + "/index.json").c_str()) == 0);
    CHECK_THAT(layout.refusal(), Contains("cycle"));
  }
  SECTION("no layout") {
    layout.version = R"({"imageLayoutVersion":"2.0.0"})";
    layout.write();
    CHECK_THAT(layout.refusal(), Contains("`oci-layout` has the version `2.0.0`"));
  }
}

TEST_CASE("a digest is never a path") {
  StoredLayout layout;
  for (const char* digest :
       {"sha256:../../x", "sha256:", "md5:00", "", "sha512:00",
        "sha256:ABCDEF6789012345678901234567890123456789012345678901234567890123",
        "sha256:../../../0123456789012345678901234567890123456789012345678901234"}) {
    layout.index = std::string(R"({"manifests":[{"mediaType":")") + layout.manifestType +
                   R"(","size":1,"digest":")" + digest + "\"}]}";
    layout.write();
    CHECK_THAT(layout.refusal(), Contains("index.json` has "));
  }
}

TEST_CASE("blobs are what names them") {
  StoredLayout layout;
  layout.write();
  SECTION("a manifest of another size") {
    writeFile(layout.blobPath(layout.manifest), layout.manifest + " ");
    CHECK_THAT(layout.refusal(), Contains("the manifest") && Contains("bytes instead of"));
  }
  SECTION("a configuration with other bytes") {
    std::string other = layout.configuration;
    other[other.find("amd64")] = 'A';
    writeFile(layout.blobPath(layout.configuration), other);
    CHECK_THAT(layout.refusal(), Contains("the configuration of the image sha256:") &&
                                     Contains("has the digest " + base::digestOf(other).text()));
  }
  SECTION("a layer that is missing") {
    REQUIRE(::unlink(layout.blobPath(layout.layer).c_str()) == 0);
    CHECK_THAT(layout.refusal(), Contains("has the layer " + base::digestOf(layout.layer).text() +
                                          ", which is missing"));
  }
}

TEST_CASE("what the store has lost is not the image's fault") {
  StoredLayout layout;
  layout.write();
  auto image = image::readImage(*layout.store, base::digestOf("never stored"));
  REQUIRE_FALSE(bool(image));
  CHECK(image.errorIsA<cas::LostContent>());
  llvm::consumeError(image.takeError());
}

TEST_CASE("layers that cannot be unpacked are refused with what to do") {
  StoredLayout layout;
  auto refusal = [&](const std::string& type) {
    layout.layerType = type;
    layout.layers.clear();
    layout.manifest.clear();
    layout.index.clear();
    layout.write();
    return layout.refusal();
  };
  CHECK_THAT(refusal(LayerType + "+zstd"), Contains("--dest-compress-format gzip"));
  CHECK_THAT(refusal("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
             Contains("may not be distributed"));
  CHECK_THAT(refusal("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"),
             Contains("may not be distributed"));
  CHECK_THAT(refusal(GzipType + "+encrypted"), Contains("--decryption-key"));
  CHECK_THAT(refusal("application/vnd.docker.image.rootfs.diff.tar.gzip"),
             Contains("Docker's own media type"));
  CHECK_THAT(refusal("application/wasm"), Contains("`application/wasm`, which is not known"));
}

TEST_CASE("JSON that others would read in another way is refused") {
  StoredLayout layout;
  auto refusal = [&](const std::string& configuration) {
    layout.configuration = configuration;
    layout.manifest.clear();
    layout.index.clear();
    layout.write();
    return layout.refusal();
  };
  CHECK_THAT(refusal(R"({"os":"linux","os":"linux"})"), Contains("has a key twice"));
  CHECK_THAT(refusal(R"({"os":"linux","o\u0073":"linux"})"), Contains("has a key twice"));
  CHECK_THAT(refusal(R"({"os":"linux","OS":"windows"})"), Contains("some read as `os`"));
  CHECK_THAT(refusal("{\"os\":\"linux\",\"o\u017F\":\"x\"}"), Contains("some read as `os`"));
  CHECK_THAT(refusal(R"({"os":"linux"})"), Contains("has no `architecture`"));
  CHECK_THAT(refusal(R"({"os":7})"), Contains("`os` that is not a string"));
  CHECK_THAT(refusal("[]"), Contains("is not a JSON object"));
  CHECK_THAT(refusal("{"), Contains("is not JSON"));
  CHECK_THAT(refusal(std::string(100'000, '[')), Contains("nested too deep"));
  CHECK_THAT(refusal(std::string(17 * 1024 * 1024, ' ')), Contains("and may have 16"));
  std::string start = R"({"os":"linux","architecture":"amd64",)";
  CHECK_THAT(refusal(start + R"("rootfs":{"diff_ids":[]}})"), Contains("names 0 layers"));
  CHECK_THAT(refusal(start + R"("config":[]})"), Contains("`config` that is not an object"));
  CHECK_THAT(refusal(start + R"("config":{"Env":"A=1"}})"), Contains("`Env` that is not a list"));
  CHECK_THAT(refusal(start + R"("config":{"Env":["A"]}})"), Contains("no `NAME=value`"));
  CHECK_THAT(refusal(start + R"("config":{"Env":["=x"]}})"), Contains("no `NAME=value`"));
  CHECK_THAT(refusal(start + R"("config":{"Env":["A=\u0000"]}})"), Contains("no `NAME=value`"));
}

TEST_CASE("a manifest that is an index as well is refused") {
  StoredLayout layout;
  layout.write();
  layout.manifest.insert(1, R"("manifests":[],)");
  layout.index.clear();
  layout.write();
  CHECK_THAT(layout.refusal(), Contains("has `manifests`"));
}

TEST_CASE("a machine runs the images of its platform") {
  image::Image image;
  image.digest = "sha256:1";
  auto problem = [&](const char* os, const char* architecture, const char* variant,
                     const char* machine) {
    image.os = os, image.architecture = architecture, image.variant = variant;
    llvm::Error error = image::checkPlatform(image, machine);
    if (error)
      CHECK(error.isA<image::BadImage>());
    return error ? failureOf(std::move(error)) : "";
  };
  CHECK(problem("linux", "amd64", "", "x86_64") == "");
  CHECK(problem("linux", "arm64", "v8", "aarch64") == "");
  CHECK(problem("linux", "386", "", "i686") == "");
  CHECK(problem("linux", "s390x", "", "s390x") == "");
  CHECK(problem("linux", "arm", "v6", "armv7l") == "");
  CHECK(problem("linux", "arm", "", "armv6l") == "");
  CHECK_THAT(problem("linux", "arm64", "v8", "x86_64"),
             Contains("the image sha256:1 is for linux/arm64/v8, and this machine is linux/amd64"));
  CHECK_THAT(problem("windows", "amd64", "", "x86_64"), Contains("is for windows/amd64"));
  CHECK_THAT(problem("linux", "arm", "v7", "armv6l"), Contains("this machine is linux/arm/v6"));
  CHECK_THAT(problem("linux", "386", "", "x86_64"), Contains("is for linux/386"));
}
