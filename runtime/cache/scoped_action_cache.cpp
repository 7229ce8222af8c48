// Two action caches as one: the own in front, the other behind it or beside it.
#include "runtime/cache/scoped_action_cache.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

namespace pipec::cache {
namespace {

class ScopedActionCache final : public ActionCache {
public:
  /// `foreign` may be null: there is nothing of the other scope.
  ScopedActionCache(std::unique_ptr<ActionCache> mine, std::unique_ptr<ActionCache> foreign,
                    bool reads)
      : own(std::move(mine)), other(std::move(foreign)), readsOther(reads && other) {}

  llvm::Expected<std::optional<ActionResult>> lookUp(const base::Digest& key) override {
    auto found = own->lookUp(key);
    return !found || *found || !readsOther ? std::move(found) : other->lookUp(key);
  }
  llvm::Expected<std::optional<std::vector<base::Field>>> fields(const base::Digest& key) override {
    auto found = own->fields(key);
    return !found || *found || !readsOther ? std::move(found) : other->fields(key);
  }
  llvm::Expected<std::vector<ReadSet>> readSets(const base::Digest& key) override;

  llvm::Error store(const base::Digest& key, const ActionResult& result) override {
    return own->store(key, result);
  }
  llvm::Error remove(const base::Digest& key) override { return own->remove(key); }
  llvm::Error storeFields(const base::Digest& key,
                          const std::vector<base::Field>& fields) override {
    return own->storeFields(key, fields);
  }
  llvm::Error storeReadSet(const base::Digest& key, const ReadSet& files) override {
    return own->storeReadSet(key, files);
  }

  llvm::Expected<Collected>
  collect(unsigned part, int64_t unusedBefore,
          llvm::function_ref<bool(const base::Digest&, const ActionResult&)> keep) override;
  llvm::Error
  each(llvm::function_ref<void(const base::Digest&, const ActionResult&)> use) override {
    llvm::Error error = own->each(use);
    return error || !other ? std::move(error) : other->each(use);
  }
  llvm::Error flush() override {
    llvm::Error error = own->flush();
    return other ? llvm::joinErrors(std::move(error), other->flush()) : std::move(error);
  }

private:
  std::unique_ptr<ActionCache> own, other;
  bool readsOther;
};

} // namespace

llvm::Expected<std::vector<ReadSet>> ScopedActionCache::readSets(const base::Digest& key) {
  auto sets = own->readSets(key);
  if (!sets || !readsOther)
    return sets;
  auto more = other->readSets(key);
  if (!more)
    return more.takeError();
  for (ReadSet& set : *more)
    if (sets->size() < MaxReadSets && !llvm::is_contained(*sets, set))
      sets->push_back(std::move(set));
  return sets;
}

llvm::Expected<ActionCache::Collected> ScopedActionCache::collect(
    unsigned part, int64_t unusedBefore,
    llvm::function_ref<bool(const base::Digest&, const ActionResult&)> keep) {
  auto collected = own->collect(part, unusedBefore, keep);
  if (!collected || !other)
    return collected;
  auto more = other->collect(part, unusedBefore, keep);
  if (!more)
    return more.takeError();
  return Collected{collected->left + more->left, collected->removed + more->removed};
}

llvm::StringRef databaseName(Scope scope) {
  return scope == Scope::Trusted ? "actions.db" : "actions-untrusted.db";
}

llvm::Expected<std::unique_ptr<ActionCache>>
openScopedActionCache(llvm::StringRef folder, Scope scope,
                      std::function<void(llvm::StringRef)> warn, Access access) {
  bool isTrusted = scope == Scope::Trusted;
  Scope otherScope = isTrusted ? Scope::Untrusted : Scope::Trusted;
  auto own = openActionCache(folder, warn, access, databaseName(scope));
  if (!own)
    return own.takeError();
  std::unique_ptr<ActionCache> other;
  // Who builds nothing untrusted has no file for it.
  if (llvm::sys::fs::exists(folder + "/" + databaseName(otherScope))) {
    auto opened = openActionCache(folder, std::move(warn), access, databaseName(otherScope));
    if (!opened)
      return opened.takeError();
    other = std::move(*opened);
  }
  return std::make_unique<ScopedActionCache>(std::move(*own), std::move(other), !isTrusted);
}

} // namespace pipec::cache
