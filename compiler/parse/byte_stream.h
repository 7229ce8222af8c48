// ByteStream: text as ANTLR's lexer reads it, one byte at a time.
#pragma once

#include "antlr4-runtime.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::parse {

/// The grammar names ASCII characters only and takes all others alike, so bytes serve as
/// characters, and every index is a byte offset of the file.
class ByteStream final : public antlr4::CharStream {
public:
  ByteStream(llvm::StringRef text, size_t start) : text(text), cursor(start) {}

  void consume() override { ++cursor; }
  size_t LA(ssize_t distance) override {
    size_t at = distance > 0 ? cursor + static_cast<size_t>(distance) - 1
                             : cursor - static_cast<size_t>(-distance);
    return distance == 0 || at >= text.size() ? antlr4::IntStream::EOF
                                              : static_cast<unsigned char>(text[at]);
  }
  ssize_t mark() override { return -1; }
  void release(ssize_t) override {}
  size_t index() override { return cursor; }
  void seek(size_t index) override { cursor = index; }
  size_t size() override { return text.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string toString() const override { return {}; }

private:
  llvm::StringRef text;
  size_t cursor;
};

} // namespace pipec::parse
