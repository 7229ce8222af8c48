// ActionResult as bytes. Private to this folder.
#pragma once

#include "runtime/cache/action_cache.h"

namespace pipec::cache {

/// The format is described in result_codec.cpp. The key goes into the checksum, so that no damage
/// can serve a result under another key.
std::string encodeResult(const base::Digest& key, const ActionResult& result);
/// nullopt: not what encodeResult wrote for this key.
std::optional<ActionResult> decodeResult(const base::Digest& key, llvm::StringRef bytes);

/// Recorded fields, with the same protection.
std::string encodeKeyFields(const base::Digest& key, const std::vector<base::Field>& fields);
std::optional<std::vector<base::Field>> decodeKeyFields(const base::Digest& key,
                                                        llvm::StringRef bytes);

/// What was read of pools, with the same protection.
std::string encodeReadSet(const base::Digest& key, const ReadSet& files);
std::optional<ReadSet> decodeReadSet(const base::Digest& key, llvm::StringRef bytes);

} // namespace pipec::cache
