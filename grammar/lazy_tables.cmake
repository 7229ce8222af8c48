# Copies one generated class, with its static initialiser moved from before main() into the
# constructor: a process that never parses does not pay for the tables.
#   cmake -DCLASS=PipeLexer -DFROM=<dir> -DTO=<dir> -P lazy_tables.cmake
file(READ ${FROM}/${CLASS}.cpp source)
set(definition "${CLASS}::Initializer ${CLASS}::_init;")
string(REGEX MATCH "\n  _interpreter = new atn::" assignment "${source}")
string(FIND "${source}" "${definition}" definition_at)
if(assignment STREQUAL "" OR definition_at EQUAL -1)
  message(FATAL_ERROR "${CLASS}.cpp is not what ANTLR 4.7 generates: its initialiser was not found")
endif()
string(REPLACE "${definition}" "" source "${source}")
string(REPLACE "${assignment}" "\n  static Initializer tables;${assignment}" source "${source}")
file(WRITE ${TO}/${CLASS}.cpp "${source}")
file(COPY ${FROM}/${CLASS}.h DESTINATION ${TO})
