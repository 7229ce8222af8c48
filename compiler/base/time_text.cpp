// Points in time as text, in UTC.
#include "compiler/base/time_text.h"

#include <ctime>

namespace pipec::base {

std::string timeText(int64_t milliseconds) {
  std::time_t seconds = milliseconds / 1000;
  std::tm parts = {};
  char text[32];
  ::gmtime_r(&seconds, &parts);
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

} // namespace pipec::base
