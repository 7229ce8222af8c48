// The record of a trace.
#pragma once

namespace pipec::sandbox {

// The record of a trace (Spawn::tracePath) is a sequence of `VERB OUTCOME PATH NUL`, the first two
// one byte each; a path is absolute, as the command sees it, and may have `.` and `..`. One entry
// for each call, so most paths occur often.

enum class TraceVerb : char {
  Read = 'r',    ///< opened
  List = 'l',    ///< opened as a folder
  Write = 'w',   ///< opened for writing, made, renamed, removed, …
  Look = 'p',    ///< asked about: `stat`, `access`, `readlink`
  Execute = 'x', ///< executed
};
enum class TraceOutcome : char {
  Present = '+',
  Absent = '-',   ///< nothing is there
  ReadOnly = '!', ///< of a Write: the place cannot be written
};

} // namespace pipec::sandbox
