// Random layers full of tricks, through everything that happens to an image on its way to a root:
// nothing outside of the root changes. PIPEC_TRICKS: how many images (40). PIPEC_TRICKS_SEED: the
// first one's seed.
#include "layouts.h"

#include "runtime/cas/content_store.h"
#include "runtime/image/layer_check.h"
#include "runtime/image/layout.h"
#include "runtime/sandbox/image_root.h"
#include "tests/support/campaign.h"
#include "tests/support/random.h"

#include "llvm/Support/Program.h"

#include <filesystem>

using namespace pipec;
using namespace pipec::test;

namespace {

class Tricks {
public:
  /// `outside`: a folder of the disk that links lead to.
  Tricks(uint64_t seed, std::string outside) : random(seed), outside(std::move(outside)) {}

  std::string layer() {
    std::string tar = random.once(3) ? tarFolder("./") : "";
    for (size_t left = 1 + random.below(12); left > 0; --left)
      tar += entry();
    return tar + TarEnd;
  }

private:
  std::string component() {
    static const char* const Plain[] = {"a", "b", "l", "etc", "dev", "passwd", "file", "outside"};
    static const char* const Odd[] = {".",       "",       ".wh.a",        ".wh.l",
                                      ".wh.etc", ".wh.wh", ".wh..wh..opq", ".wh..wh.plnk",
                                      "...",     "a\\b",   "\xff",         " "};
    static const char* const Bad[] = {"..", ".wh..", ".wh...", ".wh."};
    return random.once(40)  ? random.oneOf(Bad)
           : random.once(5) ? random.oneOf(Odd)
                            : random.oneOf(Plain);
  }
  std::string name() {
    std::string name = random.once(100) ? "/" : random.once(4) ? "./" : "";
    name += component();
    for (size_t more = random.below(3); more > 0; --more)
      name += "/" + component();
    return name;
  }
  std::string target() {
    switch (random.below(6)) {
    case 0:
      return outside;
    case 1:
      return outside + "/" + component();
    case 2:
      return "../outside/" + component();
    case 3:
      return "../../outside";
    case 4:
      return random.once(2) ? "/" : "..";
    default:
      return name();
    }
  }
  std::string entry() {
    std::string before;
    if (random.once(8))
      before += paxHeader("path", name() + (random.once(4) ? std::string("\0/../x", 6) : ""));
    if (random.once(8))
      before += paxHeader("linkpath", target());
    if (random.once(8))
      before += paxHeader("SCHILY.xattr.user.overlay.opaque", "y");
    if (random.once(12)) { // GNU's long name
      std::string path = name();
      std::string padding(512 - path.size() % 512, '\0');
      before += tarHeader("././@LongLink", random.once(3) ? 'K' : 'L', "", path.size() + 1) + path +
                padding;
    }
    switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return before + tarHeader(name(), '2', target());
    case 3:
      return before + tarHeader(name(), '1', random.once(4) ? target() : "file");
    case 4:
      return before +
             tarHeader(name(), random.once(4) ? random.oneOf("7gSVMx") : random.oneOf("346"));
    case 5:
    case 6:
      return before + tarFolder(name());
    default:
      return before + tarFile(name(), "changed");
    }
  }

  Random random;
  std::string outside;
};

/// Names, modes, times, links and bytes of everything in `folder` but below `skipped`.
std::string pictureOf(const std::string& folder, const std::string& skipped) {
  std::map<std::string, std::string> lines;
  auto add = [&](const std::string& path) {
    struct stat status = statusOf(path);
    std::string line = std::to_string(status.st_mode);
    if (!S_ISDIR(status.st_mode))
      line += " " + std::to_string(status.st_nlink);
    if (!S_ISDIR(status.st_mode) || path != std::filesystem::path(skipped).parent_path())
      line += " " + std::to_string(status.st_mtim.tv_sec) + "." +
              std::to_string(status.st_mtim.tv_nsec);
    if (S_ISREG(status.st_mode))
      line += " " + readFile(path);
    lines[path] = line;
  };
  for (std::filesystem::recursive_directory_iterator at(folder), end; at != end; ++at) {
    if (at->path() == skipped)
      at.disable_recursion_pending();
    else
      add(at->path());
  }
  std::string text;
  for (const auto& [path, line] : lines)
    text += path + ": " + line + "\n";
  return text;
}

struct Outcome {
  bool accepted = false, unpacked = false, kept = false;
};

Outcome tryImage(uint64_t seed) {
  LayoutFolder layout;
  std::string outside = layout.folder / "around/outside", room = layout.folder / "around/room";
  writeFile(outside + "/file", "as it was");
  writeFile(outside + "/etc/passwd", "as it was");
  writeFile(outside + "/a/b", "as it was");
  check(base::makeDirectories(room));
  Tricks tricks(seed, outside);
  image::Image image{"sha256:m"};
  std::string layers, digests;
  for (size_t count = 1 + seed % 3; count > 0; --count) {
    std::string tar = tricks.layer(), bytes = seed % 2 ? tar : gzip(tar);
    std::string type = seed % 2 ? LayerType : GzipType;
    layout.blob(bytes);
    layers += (layers.empty() ? "" : ",") + descriptorOf(type, bytes);
    digests += (digests.empty() ? "\"" : ",\"") + base::digestOf(tar).text() + "\"";
    image.layers.push_back({type, base::digestOf(bytes).text(), bytes.size()});
  }
  layout.layers = "[" + layers + "]";
  layout.configuration =
      R"({"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[)" + digests +
      "]}}";
  layout.index = "later";
  layout.write();
  std::string named = descriptorOf(layout.manifestType, layout.manifest);
  named.insert(named.size() - 1, R"(,"annotations":{"org.opencontainers.image.ref.name":"image"})");
  writeFile(layout.path + "/index.json", R"({"schemaVersion":2,"manifests":[)" + named + "]}");

  Outcome outcome;
  image::LayerLimits limits;
  limits.bytes = 1'000'000;
  llvm::Error refused = image::checkLayers(layout.path, image, limits, [] { return false; });
  outcome.accepted = !refused;
  if (refused) {
    CHECK(refused.isA<image::BadImage>());
    llvm::consumeError(std::move(refused));
    return outcome;
  }
  std::string root = room + "/root", around = layout.folder / "around",
              before = pictureOf(around, root);
  auto program = llvm::sys::findProgramByName("umoci");
  REQUIRE(program);
  std::string source = layout.path + ":image";
  std::optional<llvm::StringRef> nowhere[] = {"", "", ""};
  outcome.unpacked =
      llvm::sys::ExecuteAndWait(*program,
                                {"umoci", "raw", "unpack", "--rootless", "--image", source, root},
                                std::nullopt, nowhere) == 0;
  CHECK(pictureOf(around, root) == before);
  if (!outcome.unpacked)
    return outcome;
  if (llvm::Error error = sandbox::prepareImageRoot(root)) {
    CHECK(base::describe(std::move(error)).first == base::ErrorCategory::Usage);
    CHECK(pictureOf(around, root) == before);
    return outcome;
  }
  CHECK(pictureOf(around, root) == before);
  auto store = get(cas::openLocalContentStore(layout.folder / "store"));
  std::string place = get(store->newFolder()) + "/root";
  REQUIRE(::rename(root.c_str(), place.c_str()) == 0);
  base::Digest id = base::digestOf("id");
  std::string kept = get(store->keepRoot(id, place));
  outcome.kept = true;
  CHECK(get(store->findRoot(id)) == kept);
  CHECK(pictureOf(around, root) == before);
  return outcome;
}

} // namespace

TEST_CASE("no image leads out of its root") {
  uint64_t seed = numberFrom("PIPEC_TRICKS_SEED", 1), count = numberFrom("PIPEC_TRICKS", 40);
  uint64_t accepted = 0, unpacked = 0, kept = 0;
  for (uint64_t i = 0; i < count; ++i) {
    INFO("PIPEC_TRICKS_SEED=" << seed + i);
    Outcome outcome = tryImage(seed + i);
    accepted += outcome.accepted;
    unpacked += outcome.unpacked;
    kept += outcome.kept;
  }
  std::printf("%lu images: %lu accepted, %lu unpacked, %lu kept\n", count, accepted, unpacked,
              kept);
  CHECK((count < 10 || kept > 0));
  CHECK((count < 10 || accepted < count));
}
