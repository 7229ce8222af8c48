// `collected`: for each thing the 32 bytes of its SHA-256 and 8 bytes of time (milliseconds
// since the epoch, big-endian). `cleared`: its time of change is that of the
// clearing.
#include "runtime/cas/collected_log.h"

#include "runtime/cas/clock.h"
#include "runtime/cas/disk.h"
#include "runtime/folder/files.h"

#include "llvm/Support/Endian.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>

namespace pipec::cas {

namespace endian = llvm::support::endian;

static constexpr size_t HashSize = 32;
static constexpr size_t RecordSize = HashSize + 8;
static constexpr size_t Kept = 32 * 1024;

static std::string fileOf(llvm::StringRef store) {
  return store.str() + "/collected";
}

static llvm::Expected<std::string> contentOf(const std::string& path) {
  auto content = folder::read(path);
  if (!content)
    return content.takeError();
  return std::move(*content).value_or("");
}

llvm::Error logCollected(llvm::StringRef store, llvm::ArrayRef<base::Sha256> hashes) {
  if (hashes.empty())
    return llvm::Error::success();
  std::string added;
  int64_t now = nowMs();
  for (const base::Sha256& hash : hashes.take_back(Kept)) {
    char record[RecordSize];
    std::memcpy(record, hash.bytes.data(), HashSize);
    endian::write64be(record + HashSize, static_cast<uint64_t>(now));
    added.append(record, sizeof record);
  }
  std::string path = fileOf(store);
  Descriptor file = folder::openFile(path, O_WRONLY | O_CREAT | O_APPEND);
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0 || !writeAll(file.get(), added))
    return folder::failure("write", path, errno);
  if (static_cast<uint64_t>(status.st_size) + added.size() <= 2 * Kept * RecordSize)
    return llvm::Error::success();
  auto all = contentOf(path);
  if (!all)
    return all.takeError();
  return folder::write(path, llvm::StringRef(*all).take_back(Kept * RecordSize));
}

llvm::Error logCleared(llvm::StringRef store) {
  return folder::write(store.str() + "/cleared", "");
}

Losses Losses::read(llvm::StringRef store) {
  Losses losses;
  struct stat status;
  if (folder::lookAt(store.str() + "/cleared", status))
    losses.cleared = milliseconds(status.st_mtim);
  auto text = contentOf(fileOf(store));
  if (!text) {
    llvm::consumeError(text.takeError());
    return losses;
  }
  for (llvm::StringRef rest = *text; rest.size() >= RecordSize;
       rest = rest.drop_front(RecordSize)) {
    base::Sha256 hash;
    std::memcpy(hash.bytes.data(), rest.data(), HashSize);
    losses.collected[hash] = static_cast<int64_t>(endian::read64be(rest.data() + HashSize));
  }
  return losses;
}

std::optional<Loss> Losses::of(const base::Digest& digest) const {
  auto found = collected.find(digest.hash);
  if (found != collected.end() && (!cleared || *cleared <= found->second))
    return Loss{Loss::Kind::Collected, found->second};
  if (cleared)
    return Loss{Loss::Kind::Cleared, *cleared};
  return std::nullopt;
}

} // namespace pipec::cas
