// OCI layouts, made by hand, so that they can be wrong.
#pragma once

#include "runtime/image/document.h"
#include "tests/support/tar.h"
#include "tests/unit/runtime/temporary_folder.h"

#include "llvm/ADT/Twine.h"

namespace pipec::test {

inline const std::string LayerType = "application/vnd.oci.image.layer.v1.tar";
inline const std::string GzipType = LayerType + "+gzip";

inline std::string descriptorOf(const std::string& mediaType, const std::string& bytes) {
  return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + base::digestOf(bytes).text() +
         "\",\"size\":" + std::to_string(bytes.size()) + "}";
}

/// A good image with one empty layer; what a test changes is written by `write`.
struct LayoutFolder {
  TemporaryFolder folder;
  std::string path = folder / "layout";

  std::string version = R"({"imageLayoutVersion":"1.0.0"})";
  std::string layerType = LayerType, layer = TarEnd;
  std::string layers;        ///< of the manifest; default: the one
  std::string configuration; ///< default: of linux/amd64
  std::string settings = "{}";
  std::string manifestType = "application/vnd.oci.image.manifest.v1+json";
  std::string manifest; ///< default: of both
  std::string index;    ///< default: of the manifest

  std::string blobPath(const std::string& bytes) const {
    return path + "/blobs/sha256/" + base::digestOf(bytes).text().substr(7);
  }
  void blob(const std::string& bytes) const { writeFile(blobPath(bytes), bytes); }

  LayoutFolder& write() {
    if (layers.empty())
      layers = "[" + descriptorOf(layerType, layer) + "]";
    if (configuration.empty())
      configuration = R"({"os":"linux","architecture":"amd64","config":)" + settings +
                      R"(,"rootfs":{"type":"layers","diff_ids":[")" + base::digestOf(layer).text() +
                      "\"]}}";
    if (manifest.empty())
      manifest = R"({"schemaVersion":2,"config":)" +
                 descriptorOf("application/vnd.oci.image.config.v1+json", configuration) +
                 ",\"layers\":" + layers + "}";
    if (index.empty())
      index = R"({"schemaVersion":2,"manifests":[)" + descriptorOf(manifestType, manifest) + "]}";
    blob(layer);
    blob(configuration);
    blob(manifest);
    writeFile(path + "/oci-layout", version);
    writeFile(path + "/index.json", index);
    return *this;
  }
};

} // namespace pipec::test
