// Formatting of helper failures, without touching the heap.
#include "runtime/sandbox/failure.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>

namespace pipec::sandbox {

bool failed(Failure& failure, const char* format, ...) {
  failure.errorNumber = errno;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(failure.text, sizeof failure.text, format, arguments);
  va_end(arguments);
  return false;
}

} // namespace pipec::sandbox
