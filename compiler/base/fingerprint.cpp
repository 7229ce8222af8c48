// Hashing, recording and storing of fingerprint fields.
#include "compiler/base/fingerprint.h"

#include "compiler/base/error.h"

#include "llvm/Support/Endian.h"

namespace pipec::base {

void FingerprintHasher::field(llvm::StringRef tag, llvm::StringRef value, llvm::StringRef) {
  for (llvm::StringRef part : {tag, value}) {
    char length[8];
    llvm::support::endian::write64le(length, part.size());
    encoded.append(length, sizeof(length));
    encoded.append(part.data(), part.size());
  }
}

void FingerprintRecorder::field(llvm::StringRef tag, llvm::StringRef value, llvm::StringRef note) {
  recorded.push_back({tag.str(), value.str(), note.str()});
}

std::string encodeFields(const std::vector<Field>& fields) {
  std::string bytes;
  for (const Field& field : fields)
    for (llvm::StringRef part :
         {llvm::StringRef(field.tag), llvm::StringRef(field.value), llvm::StringRef(field.note)}) {
      char length[4];
      llvm::support::endian::write32le(length, static_cast<uint32_t>(part.size()));
      bytes.append(length, sizeof(length));
      bytes.append(part.data(), part.size());
    }
  return bytes;
}

llvm::Expected<std::vector<Field>> decodeFields(llvm::StringRef bytes) {
  std::vector<Field> fields;
  while (!bytes.empty()) {
    Field field;
    for (std::string* part : {&field.tag, &field.value, &field.note}) {
      if (bytes.size() < 4)
        return worldError("a recorded key is truncated");
      uint32_t length = llvm::support::endian::read32le(bytes.data());
      bytes = bytes.drop_front(4);
      if (bytes.size() < length)
        return worldError("a recorded key is truncated");
      *part = bytes.take_front(length).str();
      bytes = bytes.drop_front(length);
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

} // namespace pipec::base
