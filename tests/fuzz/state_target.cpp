// What pipec reads of the folders that it keeps things in: a file may be torn, or somebody else's.
#include "runtime/cache/result_codec.h"
#include "runtime/cas/collected_log.h"
#include "runtime/cas/root_manifest.h"
#include "runtime/cas/usage.h"
#include "runtime/environment/ledger.h"
#include "runtime/environment/origin.h"
#include "runtime/environment/release.h"
#include "runtime/history/case_codec.h"
#include "runtime/history/history.h"
#include "runtime/history/node_codec.h"
#include "runtime/retention/kept_outputs.h"
#include "runtime/workspace/configuration.h"
#include "runtime/workspace/git_index.h"
#include "runtime/workspace/known_folders.h"
#include "tests/fuzz/targets.h"

#include "compiler/base/fast_hash.h"
#include "compiler/base/file_system.h"

#include "llvm/Support/Endian.h"

#include <unistd.h>

namespace pipec::fuzz {

using llvm::StringRef;

namespace {

/// A folder for the files of one run after the other.
struct Folder {
  Folder() {
    const char* parent = std::getenv("TMPDIR");
    path = std::string(parent ? parent : "/tmp") + "/pipec-fuzz.XXXXXX";
    expect(::mkdtemp(path.data()) != nullptr, "no temporary folder");
    llvm::cantFail(base::makeDirectories(path + "/.pipec"));
  }
  ~Folder() { llvm::consumeError(base::removeTree(path)); }
  /// The file for as long as `use` runs.
  void with(StringRef name, StringRef bytes, llvm::function_ref<void()> use) const {
    std::string file = path + "/" + name.str();
    llvm::cantFail(base::writeFileAtomically(file, bytes));
    use();
    ::unlink(file.c_str());
  }
  std::string path;
};

} // namespace

static const Folder& folder() {
  static const Folder one;
  return one;
}

template <class Value> static bool isGood(llvm::Expected<Value> value) {
  bool good = bool(value);
  if (!good)
    llvm::consumeError(value.takeError());
  return good;
}

// ---- rows ----------------------------------------------------------------------

/// A checksum stands in front of what the cache keeps: 8 bytes, little-endian.
static std::string withChecksum(StringRef payload) {
  char sum[8];
  llvm::support::endian::write64le(sum, base::checksumOf(base::Digest().hex() + payload.str()).low);
  return std::string(sum, sizeof sum) + payload.str();
}

static void readResult(StringRef payload) {
  base::Digest key;
  std::string bytes = withChecksum(payload);
  if (auto result = cache::decodeResult(key, bytes))
    expect(cache::decodeResult(key, cache::encodeResult(key, *result)).has_value(),
           "a result that is not read again");
  if (auto fields = cache::decodeKeyFields(key, bytes))
    expect(cache::decodeKeyFields(key, cache::encodeKeyFields(key, *fields)).has_value(),
           "fields of a key that are not read again");
  if (auto files = cache::decodeReadSet(key, bytes))
    expect(cache::decodeReadSet(key, cache::encodeReadSet(key, *files)).has_value(),
           "a read set that is not read again");
}

static void readOrigin(StringRef json) {
  auto origin = environment::decodeOrigin(json);
  if (!origin)
    return llvm::consumeError(origin.takeError());
  auto again = environment::decodeOrigin(environment::encodeOrigin(*origin));
  expect(again && *again == *origin, "an origin that is read differently again");
}

static void readRelease(StringRef json) {
  auto release = environment::decodeRelease(json);
  if (!release)
    return llvm::consumeError(release.takeError());
  expect(isGood(environment::decodeRelease(environment::encodeRelease(*release))),
         "a release that is not read again");
}

static void readManifest(StringRef bytes) {
  auto entries = cas::decodeManifest(bytes);
  if (!entries)
    return;
  auto again = cas::decodeManifest(cas::encodeManifest(*entries));
  expect(again && *again == *entries, "a manifest that is read differently again");
}

// ---- files ---------------------------------------------------------------------

/// `bytes` behind the heading and the checksum that a file of usage has.
static void readUsage(StringRef bytes) {
  char sum[8];
  llvm::support::endian::write64le(sum, base::checksumOf(bytes).low);
  folder().with("usage", "pipec-usage 3\n" + std::string(sum, sizeof sum) + bytes.str(),
                [] { cas::Usage::read(folder().path).blobs(); });
}

static void readKnown(StringRef text) {
  auto known = workspace::decodeKnownFolder(text);
  if (known)
    expect(workspace::encodeKnownFolder(*known) == text, "an entry that is written differently");
}

static void readIndex(StringRef bytes) {
  auto content = workspace::parseGitIndex(bytes, ".pipec");
  if (content)
    for (StringRef path : content->paths)
      expect(path.starts_with(".pipec"), "a path that was not asked for");
}

static void readLedger(StringRef bytes) {
  folder().with(".pipec/state.db", bytes, [] {
    auto ledger = environment::openLedger(folder().path + "/.pipec", environment::Access::Read);
    if (!ledger)
      return llvm::consumeError(ledger.takeError());
    isGood((*ledger)->environments());
    isGood((*ledger)->requests());
  });
}

static void readHistory(StringRef bytes) {
  folder().with(".pipec/history.db", bytes, [] {
    auto history =
        history::openHistory(folder().path + "/.pipec", history::Access::Query, [](StringRef) {});
    auto executions = history->executions();
    if (!executions)
      return llvm::consumeError(executions.takeError());
    for (const history::Execution& execution : *executions)
      isGood(history->nodes(execution));
  });
}

void fuzzState(StringRef bytes) {
  auto [kind, rest] = bytes.split('\n');
  if (kind == "nodes")
    llvm::consumeError(history::decodeNodes(rest, [](history::NodeRecord) {}));
  else if (kind == "cases")
    isGood(history::decodeRun(rest.split("\n////\n").first, rest.split("\n////\n").second));
  else if (kind == "result")
    readResult(rest);
  else if (kind == "origin")
    readOrigin(rest);
  else if (kind == "release")
    readRelease(rest);
  else if (kind == "manifest")
    readManifest(rest);
  else if (kind == "usage")
    readUsage(rest);
  else if (kind == "collected")
    folder().with("collected", rest, [] { cas::Losses::read(folder().path).of({}); });
  else if (kind == "kept")
    folder().with("kept.json", rest, [] { retention::KeptOutputs::contents(folder().path); });
  else if (kind == "config")
    folder().with(".pipec/config.json", rest, [] {
      isGood(workspace::readConfiguration({folder().path, ""},
                                          workspace::Trust(workspace::TrustMode::Remembered)));
    });
  else if (kind == "known")
    readKnown(rest);
  else if (kind == "index")
    readIndex(rest);
  else if (kind == "ledger")
    readLedger(rest);
  else if (kind == "history")
    readHistory(rest);
}

} // namespace pipec::fuzz
