// fill_cache FOLDER COUNT: a cache with COUNT blobs and a result for every fourth of them.
#include "compiler/base/parallel.h"
#include "runtime/cache/action_cache.h"
#include "runtime/cas/collection.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace pipec;

static llvm::Expected<base::Digest> putOne(cas::ContentStore& store, size_t index) {
  std::string text = "blob " + std::to_string(index) + "\n";
  text.resize(100 + index % 37 * 100, static_cast<char>('a' + index % 26));
  return store.putBytes(text);
}

int main(int count, char** words) {
  if (count != 3) {
    llvm::errs() << "usage: fill_cache FOLDER COUNT\n";
    return 2;
  }
  llvm::ExitOnError check("fill_cache: ");
  std::string folder = words[1];
  size_t blobs = std::strtoull(words[2], nullptr, 10);
  auto store = check(cas::openLocalContentStore(folder + "/cas"));
  auto actions = check(cache::openActionCache(
      folder, [](llvm::StringRef message) { llvm::errs() << message << '\n'; }));
  check(base::forEachItem(blobs, [&](size_t index) -> llvm::Error {
    auto digest = putOne(*store, index);
    if (!digest || index % 4 != 0)
      return digest.takeError();
    cache::ActionResult result;
    result.outputs.push_back({"out", {cas::EntryKind::File, *digest}});
    result.stdoutDigest = result.stderrDigest = base::digestOf("");
    result.execution = "000000000000";
    base::Digest key = base::digestOf("key " + std::to_string(index));
    if (llvm::Error error = actions->store(key, result))
      return error;
    return actions->storeFields(key, {{"run[0].script", "cat file > out", ""}});
  }));
  check(actions->flush());
  auto collector = check(cas::Collector::open(folder + "/cas", /*wait=*/true));
  collector->add(store->takeAdditions());
  check(collector->finish());
  return 0;
}
