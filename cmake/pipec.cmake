# Third-party packages and the two functions every folder uses: pipec_library() and pipec_test().
find_package(Threads REQUIRED)
find_package(LLVM 19.1 REQUIRED CONFIG HINTS /usr/lib/llvm-19)
find_package(PkgConfig REQUIRED)

find_program(PIPEC_CCACHE ccache)
if(PIPEC_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PIPEC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${PIPEC_CCACHE})
endif()

option(PIPEC_STATIC "Link the binary statically: it starts in half the time" ON)
if(PIPEC_STATIC)
  list(PREPEND CMAKE_FIND_LIBRARY_SUFFIXES .a) # for what pkg-config finds
endif()
set(PIPEC_SANITIZE "" CACHE STRING "Value of -fsanitize= for every target, for example address,undefined")

add_library(pipec_options INTERFACE)
target_compile_options(pipec_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow=local -Wnon-virtual-dtor -Wno-unused-parameter -Wno-missing-field-initializers)
target_include_directories(pipec_options INTERFACE ${PROJECT_SOURCE_DIR})
if(PIPEC_SANITIZE)
  target_compile_options(pipec_options INTERFACE -fsanitize=${PIPEC_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(pipec_options INTERFACE -fsanitize=${PIPEC_SANITIZE})
endif()

# LLVM Support, by file: the imported target also names libz3.so, which a static link cannot have.
add_library(pipec_llvm INTERFACE)
target_include_directories(pipec_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_compile_definitions(pipec_llvm INTERFACE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_link_libraries(pipec_llvm INTERFACE
  $<TARGET_FILE:LLVMSupport> $<TARGET_FILE:LLVMDemangle> zstd z Threads::Threads m)

# pipec_library(<folder> SOURCES a.cpp … [LINKS base …] [PRIVATE_LINKS sqlite3 …])
# makes the target pipec_<folder>. LINKS are folders of this project and are public;
# PRIVATE_LINKS are third-party packages, which enter through one target each.
function(pipec_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  list(TRANSFORM ARG_LINKS PREPEND pipec_)
  if(ARG_SOURCES)
    add_library(pipec_${folder} STATIC ${ARG_SOURCES})
    target_link_libraries(pipec_${folder}
      PUBLIC pipec_options pipec_llvm ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  else()
    add_library(pipec_${folder} INTERFACE)
    target_link_libraries(pipec_${folder} INTERFACE pipec_options pipec_llvm ${ARG_LINKS})
  endif()
endfunction()

# pipec_test(<name> SOURCES a_test.cpp … LINKS <folders> …): a Catch2 program whose cases are ctest cases.
function(pipec_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  list(TRANSFORM ARG_LINKS PREPEND pipec_)
  add_executable(pipec_${name}_test ${ARG_SOURCES})
  target_link_libraries(pipec_${name}_test PRIVATE
    pipec_options ${ARG_LINKS} ${ARG_PRIVATE_LINKS} Catch2::Catch2WithMain)
  target_compile_definitions(pipec_${name}_test PRIVATE PIPEC_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  catch_discover_tests(pipec_${name}_test TEST_PREFIX "${name}: ")
endfunction()
