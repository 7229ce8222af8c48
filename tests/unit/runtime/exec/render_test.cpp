// Commands with holes become argument vectors and scripts.
#include "runtime/exec/render.h"

#include <catch2/catch.hpp>

#include <map>

using namespace pipec;

namespace {

/// Holds blobs in memory; nothing else is asked of it here.
class Blobs final : public cas::ContentStore {
public:
  std::map<base::Digest, std::string> blobs;

  llvm::Expected<base::Digest> putBytes(llvm::StringRef bytes) override {
    base::Digest digest = base::digestOf(bytes);
    blobs[digest] = bytes.str();
    return digest;
  }
  llvm::Expected<std::optional<std::string>> bytes(const base::Digest& digest) override {
    auto found = blobs.find(digest);
    return found == blobs.end() ? std::nullopt : std::optional(found->second);
  }
  llvm::Expected<base::Digest> putFile(llvm::StringRef, cas::BytesSeen) override {
    return base::Digest();
  }
  llvm::Expected<cas::Content> putPath(llvm::StringRef, bool) override { return cas::Content(); }
  llvm::Expected<base::Digest> putDirectory(const cas::Directory&) override {
    return base::Digest();
  }
  llvm::Expected<std::optional<cas::Directory>> directory(const base::Digest&) override {
    return std::nullopt;
  }
  llvm::Expected<bool> contains(const cas::Content&) override { return true; }
  llvm::Expected<std::optional<std::string>> materialise(const cas::Content&) override {
    return std::nullopt;
  }
  llvm::Expected<bool> copyTo(const cas::Content&, llvm::StringRef) override { return false; }
  llvm::Expected<std::optional<uint64_t>> restoreTo(const cas::Content&, llvm::StringRef) override {
    return std::nullopt;
  }
};

plan::Piece text(const char* value) {
  return {plan::HoleKind::Text, value, 0};
}

} // namespace

TEST_CASE("holes become paths, text and values") {
  Blobs store;
  exec::BoundAction action;
  action.spec.inputs.push_back({{}, plan::ArtifactType::File, "main.c", false});
  action.spec.outputs.push_back({"out", "main.o", plan::ArtifactType::File});
  action.inputs.push_back({cas::EntryKind::File, llvm::cantFail(store.putBytes("  1.4\n"))});
  exec::StepOptions options;
  options.identity = "abc";
  options.release = "r1";
  options.deploymentUrls = {"http://127.0.0.1/"};
  auto place = [](llvm::StringRef path) { return "/root" + path.str(); };
  exec::RenderContext context{action, options, store, place};

  plan::Arg arg = {text("-I"),
                   {plan::HoleKind::InputPath, "", 0},
                   text(":"),
                   {plan::HoleKind::InputText, "", 0},
                   text(":"),
                   {plan::HoleKind::OutputPath, "", 0},
                   text(":"),
                   {plan::HoleKind::Identity, "", 0},
                   {plan::HoleKind::Release, "", 0},
                   {plan::HoleKind::DeploymentUrl, "", 0}};
  CHECK(llvm::cantFail(exec::renderArg(arg, context)) ==
        "-I/root/i/1/main.c:1.4:/root/o/main.o:abcr1http://127.0.0.1/");
}

TEST_CASE("a script's values are assigned where the shell cannot misread them") {
  Blobs store;
  exec::BoundAction action;
  exec::StepOptions options;
  auto place = [](llvm::StringRef path) { return path.str(); };
  exec::RenderContext context{action, options, store, place};
  plan::Script script;
  script.values = {{text("it's; $(id) `id` \"x\"")}, {}};
  script.body = "printf '%s' \"${__1}\" \"${__2}\"";
  plan::Command command{script, {}};
  std::vector<std::string> words = llvm::cantFail(exec::renderCommand(command, context));
  REQUIRE(words.size() == 4);
  CHECK(words[0] == "sh");
  CHECK(words[3] == "__1='it'\\''s; $(id) `id` \"x\"'\n__2=''\nprintf '%s' \"${__1}\" \"${__2}\"");
}
