// Canonical JSON output.
#include "compiler/base/json.h"

#include "llvm/Support/raw_ostream.h"

namespace pipec::base {

std::string renderJson(llvm::function_ref<void(llvm::json::OStream&)> write, bool pretty) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, pretty ? 2 : 0);
  write(json);
  json.flush();
  out << '\n';
  return text;
}

std::string jsonText(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

bool nestsDeeper(llvm::StringRef text, unsigned most) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      i += c == '\\';
      inString = c != '"';
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > most)
        return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

} // namespace pipec::base
