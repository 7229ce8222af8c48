// Writing content of the store to the disk. Private to this folder.
#pragma once

#include "runtime/cas/blobs.h"
#include "runtime/cas/content_store.h"

namespace pipec::cas {

enum class Times : uint8_t {
  Now,
  Fixed, ///< base::FixedTime, so that no tool can see when the copy was made
};

/// Writes `content` as the new entry `name` of the open folder `parent`: files 0644 or 0755,
/// folders 0755 whatever the umask. `shown` is its path in messages. False: something of it is not
/// in the store. After false or an error a part of it may be there, which the caller removes.
/// `bytes`: grows by what it takes on the disk.
llvm::Expected<bool> writeContent(ContentStore& store, Blobs& blobs, const Content& content,
                                  int parent, const std::string& name, llvm::StringRef shown,
                                  Times times, uint64_t* bytes = nullptr);

} // namespace pipec::cas
