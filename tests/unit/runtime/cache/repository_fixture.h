// A repository, a store and a cache folder for the tests of FileDigests.
#pragma once

#include "runtime/cache/file_digests.h"
#include "runtime/cache/folder_table.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <atomic>
#include <fcntl.h>

namespace pipec::test {

/// Counts what is stored, to see what was read.
class CountingStore final : public cas::ContentStore {
public:
  explicit CountingStore(std::unique_ptr<cas::ContentStore> store) : inner(std::move(store)) {}

  std::atomic<int> reads = 0;

  llvm::Expected<base::Digest> putBytes(llvm::StringRef bytes) override {
    ++reads;
    return inner->putBytes(bytes);
  }
  llvm::Expected<base::Digest> putFile(llvm::StringRef path, cas::BytesSeen seen) override {
    ++reads;
    return inner->putFile(path, seen);
  }
  llvm::Expected<cas::Content> putPath(llvm::StringRef path, bool consume = false) override {
    return inner->putPath(path, consume);
  }
  llvm::Expected<base::Digest> putDirectory(const cas::Directory& directory) override {
    return inner->putDirectory(directory);
  }
  llvm::Expected<std::optional<std::string>> bytes(const base::Digest& digest) override {
    return inner->bytes(digest);
  }
  llvm::Expected<std::optional<cas::Directory>> directory(const base::Digest& digest) override {
    return inner->directory(digest);
  }
  llvm::Expected<bool> contains(const cas::Content& content) override {
    return inner->contains(content);
  }
  llvm::Expected<std::optional<std::string>> materialise(const cas::Content& content) override {
    return inner->materialise(content);
  }
  llvm::Expected<bool> copyTo(const cas::Content& content, llvm::StringRef path) override {
    return inner->copyTo(content, path);
  }
  llvm::Expected<std::optional<uint64_t>> restoreTo(const cas::Content& content,
                                                    llvm::StringRef path) override {
    return inner->restoreTo(content, path);
  }

private:
  std::unique_ptr<cas::ContentStore> inner;
};

struct RepositoryFixture {
  TemporaryFolder folder;
  std::string root = folder / "repository";
  std::string cache = folder / "cache";
  CountingStore store{get(cas::openLocalContentStore(folder / "store"))};
  std::vector<std::string> warnings;

  RepositoryFixture() { check(base::makeDirectories(root)); }

  std::string at(const std::string& path) const { return root + "/" + path; }
  void write(const std::string& path, const std::string& bytes, mode_t mode = 0644) {
    writeFile(at(path), bytes, mode);
  }
  /// How far the clock of the digests is ahead of the files'.
  int64_t ahead = 0;

  std::unique_ptr<cache::FileDigests> open() {
    return get(cache::openFileDigests(
        root, cache, store, [&](llvm::StringRef warning) { warnings.push_back(warning.str()); },
        cache::Access::ReadWrite, [this] { return cache::stampClock() + ahead; }));
  }
  std::optional<cas::Content> content(const std::string& path) {
    return get(open()->content(path));
  }
  std::string failure(const std::string& path) { return failureOf(open()->content(path)); }
  /// The bytes that the store has for a file of the repository.
  std::string bytes(const std::string& path) { return *get(store.bytes(content(path)->digest)); }

  /// Whether the next build takes the file of the root for what it was without reading it.
  bool believes(const std::string& name) {
    cache::FolderTables tables(root, cache + "/files.db", cache::Access::ReadOnly,
                               [](llvm::StringRef warning) { FAIL(warning.str()); });
    auto known = tables.find(".", name);
    return known && known->stamp == cache::stampOf(statusOf(at(name)));
  }

  /// From here on the files written before are old enough to be trusted, and the next edit gets a
  /// stamp of its own.
  void settle() {
    ahead = 10'000'000'000;
    std::string probe = folder / "probe";
    writeFile(probe, "");
    int64_t changed = cache::stampOf(statusOf(probe)).changed;
    while (cache::stampClock() <= changed)
      ;
  }
};

} // namespace pipec::test
