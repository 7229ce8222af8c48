# Writes the definition of embeddedPages() with the text of docs/diagnostics.md:
#   cmake -DOUTPUT=<file.cpp> -DPAGES=<file.md> -P embed_pages.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/embed_text.cmake)
embed_text(${PAGES} bytes)
file(WRITE ${OUTPUT} "\
// Generated from docs/diagnostics.md.
#include \"compiler/diagnostics/pages.h\"

namespace pipec::diagnostics {

static constexpr char text[] = {
${bytes}};

llvm::StringRef embeddedPages() {
  return llvm::StringLiteral(text);
}

} // namespace pipec::diagnostics
")
