// The file `usage`, version 3; all numbers are 8 bytes, little-endian:
//
//   "pipec-usage 3\n", the low half of a checksum (fast_hash.h) of what follows
//   marked, collected
//   for each of the 256 parts: swept, results, three histograms (blobs, trees, roots), known trees
//     a histogram: count of entries; for each: hour, count, bytes
//     known trees: count; for each: length of the name, name, bytes
#include "runtime/cas/usage.h"

#include "compiler/base/fast_hash.h"
#include "runtime/cas/clock.h"
#include "runtime/cas/frame.h"
#include "runtime/folder/files.h"

#include "llvm/Support/Endian.h"

namespace pipec::cas {

namespace endian = llvm::support::endian;

static constexpr llvm::StringLiteral Magic = "pipec-usage 3\n";

static std::string fileOf(llvm::StringRef store) {
  return store.str() + "/usage";
}

namespace {

class NumberReader {
public:
  explicit NumberReader(llvm::StringRef bytes) : rest(bytes) {}
  uint64_t number() {
    llvm::StringRef raw = text(8);
    return raw.empty() ? 0 : endian::read64le(raw.data());
  }
  llvm::StringRef text(uint64_t size) {
    if (rest.size() < size) {
      failed = true;
      rest = {};
      return {};
    }
    llvm::StringRef front = rest.take_front(size);
    rest = rest.drop_front(size);
    return front;
  }
  bool failed = false;

private:
  llvm::StringRef rest;
};

} // namespace

static void putNumber(std::string& bytes, uint64_t value) {
  char raw[8];
  endian::write64le(raw, value);
  bytes.append(raw, sizeof raw);
}

static void putHistogram(std::string& bytes, const std::map<int64_t, Amount>& histogram) {
  putNumber(bytes, histogram.size());
  for (const auto& [hour, amount] : histogram) {
    putNumber(bytes, static_cast<uint64_t>(hour));
    putNumber(bytes, amount.count);
    putNumber(bytes, amount.bytes);
  }
}

static std::map<int64_t, Amount> readHistogram(NumberReader& reader) {
  std::map<int64_t, Amount> histogram;
  for (uint64_t left = reader.number(); left > 0 && !reader.failed; --left) {
    auto hour = static_cast<int64_t>(reader.number());
    uint64_t count = reader.number();
    histogram[hour] = {count, reader.number()};
  }
  return histogram;
}

static void readPart(NumberReader& reader, Usage::Part& part) {
  part.swept = static_cast<int64_t>(reader.number());
  part.results = reader.number();
  part.blobs = readHistogram(reader);
  part.trees = readHistogram(reader);
  part.roots = readHistogram(reader);
  for (uint64_t left = reader.number(); left > 0 && !reader.failed; --left) {
    std::string name = reader.text(reader.number()).str();
    part.treeBytes[name] = reader.number();
  }
}

Usage Usage::read(llvm::StringRef store) {
  auto text = folder::read(fileOf(store));
  if (!text || !*text) {
    llvm::consumeError(text.takeError());
    return {};
  }
  llvm::StringRef bytes(**text);
  if (!bytes.consume_front(Magic) || bytes.size() < 8 ||
      endian::read64le(bytes.data()) != base::checksumOf(bytes.drop_front(8)).low)
    return {};
  NumberReader reader(bytes.drop_front(8));
  Usage usage;
  usage.marked = static_cast<int64_t>(reader.number());
  usage.collected = static_cast<int64_t>(reader.number());
  for (Part& part : usage.parts)
    readPart(reader, part);
  return reader.failed ? Usage() : usage;
}

llvm::Error Usage::write(llvm::StringRef store) const {
  std::string body;
  putNumber(body, static_cast<uint64_t>(marked));
  putNumber(body, static_cast<uint64_t>(collected));
  for (const Part& part : parts) {
    putNumber(body, static_cast<uint64_t>(part.swept));
    putNumber(body, part.results);
    putHistogram(body, part.blobs);
    putHistogram(body, part.trees);
    putHistogram(body, part.roots);
    putNumber(body, part.treeBytes.size());
    for (const auto& [name, size] : part.treeBytes) {
      putNumber(body, name.size());
      body += name;
      putNumber(body, size);
    }
  }
  std::string bytes = Magic.str();
  putNumber(bytes, base::checksumOf(body).low);
  return folder::write(fileOf(store), bytes + body);
}

int64_t hourOf(int64_t used, int64_t now) {
  static constexpr int64_t HourMs = 60 * 60 * 1000;
  static constexpr int64_t ExactHours = 72;
  int64_t hour = std::min(used, now) / HourMs;
  return hour >= now / HourMs - ExactHours ? hour : hour / 24 * 24;
}

uint64_t onDisk(uint64_t size) {
  return (size + BlockSize - 1) / BlockSize * BlockSize;
}

void Usage::add(const Additions& additions) {
  int64_t now = nowMs(), hour = hourOf(now, now);
  for (const auto& [digest, size] : additions.blobs)
    parts[partOf(digest)].blobs[hour] += {1, onDisk(size)};
  for (const TreeAddition& tree : additions.trees) {
    Part& part = parts[partOf(tree.digest)];
    part.trees[hour] += {1, tree.bytes};
    part.treeBytes[tree.name] = tree.bytes;
  }
  for (const RootAddition& root : additions.roots)
    parts[partOf(root.id)].roots[hour] += {1, root.bytes};
}

static Amount total(const std::array<Usage::Part, PartCount>& parts,
                    std::map<int64_t, Amount> Usage::Part::*histogram) {
  Amount all;
  for (const Usage::Part& part : parts)
    for (const auto& [hour, amount] : part.*histogram)
      all += amount;
  return all;
}

Amount Usage::blobs() const {
  return total(parts, &Part::blobs);
}

Amount Usage::trees() const {
  return total(parts, &Part::trees);
}

Amount Usage::roots() const {
  return total(parts, &Part::roots);
}

} // namespace pipec::cas
