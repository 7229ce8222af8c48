// Fingerprints: tagged, length-prefixed fields. One walk over a thing's fields serves both its
// key (FingerprintHasher) and the explanation of that key (FingerprintRecorder).
#pragma once

#include "compiler/base/digest.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace pipec::base {

/// Receives the fields of a key in order.
class FieldSink {
public:
  virtual ~FieldSink() = default;
  /// `tag` says which field (`run[0]`, `input[2]`); `value` is what counts; `note` is what a person
  /// calls it (a path, a label) and never counts.
  virtual void field(llvm::StringRef tag, llvm::StringRef value, llvm::StringRef note = {}) = 0;
  void field(llvm::StringRef tag, const Digest& value, llvm::StringRef note = {}) {
    field(tag, llvm::StringRef(value.name()), note);
  }
};

/// Encodes each field as: tag length, tag, value length, value; lengths are 8 bytes, little-endian.
/// So no two different sequences of fields give the same bytes.
class FingerprintHasher final : public FieldSink {
public:
  using FieldSink::field;
  void field(llvm::StringRef tag, llvm::StringRef value, llvm::StringRef note = {}) override;
  /// The encoding of all fields so far.
  llvm::StringRef bytes() const { return encoded; }
  Digest digest() const { return digestOf(encoded); }

private:
  std::string encoded;
};

struct Field {
  std::string tag;
  std::string value;
  std::string note;
  bool operator==(const Field&) const = default;
};

/// Keeps the fields, so that two keys can be compared field by field.
class FingerprintRecorder final : public FieldSink {
public:
  using FieldSink::field;
  void field(llvm::StringRef tag, llvm::StringRef value, llvm::StringRef note = {}) override;
  const std::vector<Field>& fields() const { return recorded; }

private:
  std::vector<Field> recorded;
};

/// A recorded key as bytes: for each field three strings, each as 4 bytes of little-endian length
/// and the text. `decodeFields` fails on anything `encodeFields` did not write.
std::string encodeFields(const std::vector<Field>& fields);
llvm::Expected<std::vector<Field>> decodeFields(llvm::StringRef bytes);

} // namespace pipec::base
