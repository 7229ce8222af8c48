# Writes the definition of modules() with the bytes of every module:
#   cmake -DOUTPUT=<file.cpp> -DFOLDER=<dir of *.pipe> -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/embed_text.cmake)
file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*.pipe)
list(SORT files COMPARE STRING)
list(LENGTH files count)
if(count EQUAL 0)
  message(FATAL_ERROR "no module of the standard library in ${FOLDER}")
endif()

set(texts "")
set(entries "")
foreach(file ${files})
  string(REGEX REPLACE "\\.pipe$" "" name ${file})
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "`${file}` cannot be imported: its name is no identifier")
  endif()
  embed_text(${FOLDER}/${file} bytes)
  string(APPEND texts "static constexpr char ${name}Text[] = {\n${bytes}};\n")
  string(APPEND entries "    {\"std/${file}\", llvm::StringLiteral(${name}Text)},\n")
endforeach()

file(WRITE ${OUTPUT} "\
// Generated from stdlib/std/*.pipe.
#include \"stdlib/stdlib.h\"

namespace pipec::stdlib {

${texts}
static const Module embedded[] = {
${entries}};

llvm::ArrayRef<Module> modules() {
  return embedded;
}

} // namespace pipec::stdlib
")
