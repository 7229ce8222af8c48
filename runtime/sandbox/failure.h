// Failure: what went wrong in the helper, as a sentence for pipec to report.
#pragma once

namespace pipec::sandbox {

struct Failure {
  int errorNumber = 0; ///< 0: the text says it all
  char text[1024] = "";
};

/// Fills `failure` with errno and the formatted text; always false, so that it can be returned.
[[gnu::format(printf, 2, 3)]] bool failed(Failure& failure, const char* format, ...);

} // namespace pipec::sandbox
