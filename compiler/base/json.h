// Canonical JSON on top of LLVM's writer, so that every document of pipec is written one way.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace pipec::base {

/// Two-space indentation, fields in the order written, bytes that are not UTF-8 replaced by U+FFFD,
/// and a newline at the end; as plainJson has it. `write` fills an open JSON stream.
std::string renderJson(llvm::function_ref<void(llvm::json::OStream&)> write, bool pretty = true);

/// The same document, in which no string says anything to a terminal, or to the log of a CI service
/// (`##[…]`): such characters stand as `\u009b`.
std::string plainJson(llvm::StringRef json);

/// Reads a document. The errors are those of LLVM's parser: `[2:5, byte=17]: Expected ...`.
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef json);

/// `text` as a JSON string may hold it: LLVM's writer asserts on bytes that are not UTF-8.
std::string jsonText(llvm::StringRef text);

/// Whether the brackets of `text` are nested more than `most` deep. LLVM's parser recurses, so text
/// of others is asked this first.
bool nestsDeeper(llvm::StringRef text, unsigned most);

} // namespace pipec::base
