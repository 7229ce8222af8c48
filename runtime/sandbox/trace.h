// Trace: which paths a command and all it starts ask the kernel for. Private to this folder, but
// for the form of the record.
#pragma once

#include "runtime/sandbox/launch.h"
#include "runtime/sandbox/trace_record.h"
#include "runtime/sandbox/wire.h"

namespace pipec::sandbox {

/// By seccomp's notifications: the filter lets the kernel ask this process about each call that has
/// a path, which is written down and let pass. Allocates nothing that it does not give back.
class Tracer {
public:
  /// `record`: where it is written; stays the caller's.
  explicit Tracer(int record) : record(record) {}
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  /// Like launch(), but it does not wait for the command to be executed: whether that failed is
  /// known from end(), when the process has ended.
  LaunchResult start(const LaunchRequest& request);
  /// To be polled for POLLIN; -1 when no process is left that could call.
  int descriptor() const { return listener; }
  /// `isOver`: the descriptor has nothing more to tell (POLLHUP without POLLIN).
  void handle(bool isOver);
  /// What became of the launch. Writes the rest of the record.
  LaunchResult end();
  int errorNumber() const { return recordError; } ///< of writing the record, or 0

private:
  void write(TraceVerb verb, TraceOutcome outcome, const char* path);
  void flush();

  int record;
  int recordError = 0;
  int listener = -1;
  LaunchResult* launched = nullptr; ///< shared with the process that is launched
};

} // namespace pipec::sandbox
