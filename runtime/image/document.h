// Document: one JSON blob of an OCI layout, which anybody may have written. Private to this folder.
#pragma once

#include "runtime/image/layout.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>

namespace pipec::image {

/// Longer ones are not read.
inline constexpr uint64_t MaxDocument = 16 * 1024 * 1024;

struct Descriptor {
  std::string mediaType;
  std::string digest; ///< checked with isDigest
  uint64_t size = 0;
};

/// `sha256:` and 64 lower-case hexadecimal digits: what can be a path without leading anywhere.
bool isDigest(llvm::StringRef text);

/// The first problem is kept, and what is given after it is empty and not to be used. A field that
/// is null counts as absent, as it does for those who write Go. So that nobody can read something
/// else out of the same bytes, keys must not be repeated, nor differ from a field's name in case
/// alone.
class Document {
public:
  /// `shown` is what messages call it: "the manifest `sha256:…`".
  Document(std::string shown, llvm::StringRef bytes);

  const llvm::json::Object& root() const { return *top; }

  std::string text(const llvm::json::Object& object, llvm::StringRef field);
  std::string textOrEmpty(const llvm::json::Object& object, llvm::StringRef field);
  const llvm::json::Object& object(const llvm::json::Object& object, llvm::StringRef field);
  const llvm::json::Object& objectOrEmpty(const llvm::json::Object& object, llvm::StringRef field);
  const llvm::json::Array& list(const llvm::json::Object& object, llvm::StringRef field);
  const llvm::json::Array& listOrEmpty(const llvm::json::Object& object, llvm::StringRef field);
  /// Element `index` of `list`, which is the field called `field`.
  const llvm::json::Object& objectAt(const llvm::json::Array& list, size_t index,
                                     llvm::StringRef field);
  std::string textAt(const llvm::json::Array& list, size_t index, llvm::StringRef field);
  Descriptor descriptor(const llvm::json::Object& object);

  /// `message` goes on after the document's name: "names no layer".
  void refuse(const llvm::Twine& message);
  llvm::Error error() const;

private:
  const llvm::json::Value* find(const llvm::json::Object& object, llvm::StringRef field,
                                bool required);
  void wrongType(llvm::StringRef field, llvm::StringRef wanted);
  bool hasRepeatedKeys(llvm::StringRef bytes) const;

  std::string shown;
  std::optional<std::string> problem;
  std::optional<llvm::json::Value> value;
  const llvm::json::Object* top;
};

} // namespace pipec::image
