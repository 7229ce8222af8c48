// The few system calls on files that the local store is made of. Private to this folder.
#pragma once

#include "compiler/base/digest.h"
#include "runtime/folder/descriptor.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace pipec::cas {

using folder::Descriptor;

/// Files up to this size are read in one piece; larger ones go through a buffer of this size.
inline constexpr size_t BufferSize = 256 * 1024;

/// `read` that is not interrupted.
ssize_t readSome(int descriptor, char* buffer, size_t size);
/// All of what is left in `descriptor`. `expected` bytes are read in one call and the end seen in a
/// second one. False: errno says why.
bool readAll(int descriptor, uint64_t expected, std::string& bytes);
bool writeAll(int descriptor, llvm::StringRef bytes);

/// The digest of what is left in `source`; with `target` (not -1) the same bytes are written there,
/// to an empty file, with holes where there are only zeros, and `seen` gets them in pieces. False:
/// errno says why, and `writing` which side failed.
bool hashFile(int source, int target, base::Digest& digest, bool& writing,
              llvm::function_ref<void(llvm::StringRef)> seen = nullptr);

/// The names in an open folder, sorted by bytes, without `.` and `..`, each with its `d_type`.
/// False: errno says why.
bool readNames(int folder, std::vector<std::pair<std::string, unsigned char>>& names);

/// Sets the time of access alone: the other one is part of what a step sees.
void noteAccess(int parent, const std::string& name);

/// The target of a link; false: errno says why.
bool readLink(int folder, const char* name, std::string& target);

} // namespace pipec::cas
