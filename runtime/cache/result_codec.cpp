// The encoding of results and recorded fields in `actions.db`.
//
// All integers are little-endian, strings have 4 bytes of length before them, digests are
// Digest::bytes(), never of an old name.
// A content is one byte of kind (0 file, 1 executable, 2 symlink, 3 directory) and its digest.
//
//   checksum   8 bytes: the low half of a checksum (fast_hash.h) over the key (64 hex digits) and
//   all that
//              follows
//   outputs    4 bytes of count; for each: name, content
//   report     1 byte 0 or 1; if 1: content
//   stdout, stderr: digests
//   execution  string
//   started, durationMs, cpuMs, peakMemory: 8 bytes each
//
// A read set, after the same checksum:
//
//   files      4 bytes of count; for each: 4 bytes of input number, path
//
// The version is that of the database's schema.
#include "runtime/cache/result_codec.h"

#include "compiler/base/fast_hash.h"

#include "llvm/Support/Endian.h"

namespace pipec::cache {

namespace endian = llvm::support::endian;

namespace {

class Writer {
public:
  void number(uint64_t value, size_t size) {
    char raw[8];
    endian::write64le(raw, value);
    bytes.append(raw, size);
  }
  void text(llvm::StringRef value) {
    number(value.size(), 4);
    bytes += value;
  }
  void digest(const base::Digest& value) { bytes += value.bytes(); }
  void content(const cas::Content& value) {
    number(static_cast<uint64_t>(value.kind), 1);
    digest(value.digest);
  }

  std::string bytes;
};

/// Reads on after an error, and gives zeroes: only `good` at the end counts.
class Reader {
public:
  explicit Reader(llvm::StringRef input) : bytes(input) {}

  uint64_t number(size_t size) {
    char raw[8] = {};
    llvm::StringRef part = take(size);
    std::copy(part.begin(), part.end(), raw);
    return endian::read64le(raw);
  }
  std::string text() { return take(number(4)).str(); }
  base::Digest digest() {
    auto digest = base::Digest::fromBytes(take(base::Digest::BytesSize));
    good &= digest.has_value();
    return digest.value_or(base::Digest());
  }
  cas::Content content() {
    uint64_t kind = number(1);
    good &= kind <= static_cast<uint64_t>(cas::EntryKind::Directory);
    return {static_cast<cas::EntryKind>(kind), digest()};
  }
  bool finished() const { return good && bytes.empty(); }
  bool ok() const { return good; }

private:
  llvm::StringRef take(size_t size) {
    if (bytes.size() < size) {
      good = false;
      bytes = {};
      return {};
    }
    llvm::StringRef part = bytes.take_front(size);
    bytes = bytes.drop_front(size);
    return part;
  }

  llvm::StringRef bytes;
  bool good = true;
};

} // namespace

static std::string sealed(const base::Digest& key, llvm::StringRef payload) {
  Writer writer;
  writer.number(base::checksumOf(key.hex() + payload.str()).low, 8);
  return writer.bytes + payload.str();
}

static std::optional<llvm::StringRef> unsealed(const base::Digest& key, llvm::StringRef bytes) {
  if (bytes.size() < 8)
    return std::nullopt;
  llvm::StringRef payload = bytes.drop_front(8);
  if (endian::read64le(bytes.data()) != base::checksumOf(key.hex() + payload.str()).low)
    return std::nullopt;
  return payload;
}

std::string encodeResult(const base::Digest& key, const ActionResult& result) {
  Writer writer;
  writer.number(result.outputs.size(), 4);
  for (const ActionOutput& output : result.outputs) {
    writer.text(output.name);
    writer.content(output.content);
  }
  writer.number(result.report ? 1 : 0, 1);
  if (result.report)
    writer.content(*result.report);
  writer.digest(result.stdoutDigest);
  writer.digest(result.stderrDigest);
  writer.text(result.execution);
  writer.number(static_cast<uint64_t>(result.started), 8);
  writer.number(static_cast<uint64_t>(result.durationMs), 8);
  writer.number(static_cast<uint64_t>(result.cpuMs), 8);
  writer.number(result.peakMemory, 8);
  return sealed(key, writer.bytes);
}

std::optional<ActionResult> decodeResult(const base::Digest& key, llvm::StringRef bytes) {
  auto payload = unsealed(key, bytes);
  if (!payload)
    return std::nullopt;
  Reader reader(*payload);
  ActionResult result;
  uint64_t count = reader.number(4);
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    std::string name = reader.text();
    result.outputs.push_back({std::move(name), reader.content()});
  }
  if (reader.number(1) != 0)
    result.report = reader.content();
  result.stdoutDigest = reader.digest();
  result.stderrDigest = reader.digest();
  result.execution = reader.text();
  result.started = static_cast<int64_t>(reader.number(8));
  result.durationMs = static_cast<int64_t>(reader.number(8));
  result.cpuMs = static_cast<int64_t>(reader.number(8));
  result.peakMemory = reader.number(8);
  if (!reader.finished())
    return std::nullopt;
  return result;
}

std::string encodeReadSet(const base::Digest& key, const ReadSet& files) {
  Writer writer;
  writer.number(files.size(), 4);
  for (const PoolFile& file : files) {
    writer.number(file.input, 4);
    writer.text(file.path);
  }
  return sealed(key, writer.bytes);
}

std::optional<ReadSet> decodeReadSet(const base::Digest& key, llvm::StringRef bytes) {
  auto payload = unsealed(key, bytes);
  if (!payload)
    return std::nullopt;
  Reader reader(*payload);
  ReadSet files;
  uint64_t count = reader.number(4);
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    uint32_t input = static_cast<uint32_t>(reader.number(4));
    files.push_back({input, reader.text()});
  }
  if (!reader.finished())
    return std::nullopt;
  return files;
}

std::string encodeKeyFields(const base::Digest& key, const std::vector<base::Field>& fields) {
  return sealed(key, base::encodeFields(fields));
}

std::optional<std::vector<base::Field>> decodeKeyFields(const base::Digest& key,
                                                        llvm::StringRef bytes) {
  auto payload = unsealed(key, bytes);
  if (!payload)
    return std::nullopt;
  auto fields = base::decodeFields(*payload);
  if (fields)
    return std::move(*fields);
  llvm::consumeError(fields.takeError());
  return std::nullopt;
}

} // namespace pipec::cache
