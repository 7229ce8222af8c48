// The state of an environment, and the one function that changes it.
#pragma once

#include "compiler/base/digest.h"
#include "runtime/environment/origin.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace pipec::environment {

/// What pipec last put there.
struct Recorded {
  enum class Kind : uint8_t {
    Nothing, ///< never deployed to
    Release,
    Unknown, ///< an attempt began, and did not end well (or not at all)
  };
  Kind kind = Kind::Nothing;
  base::Digest release; ///< of Release

  bool is(const base::Digest& id) const { return kind == Kind::Release && release == id; }
  bool operator==(const Recorded&) const = default;
};

/// What the live tests of this generation said.
enum class Verified : uint8_t { None, Pass, Fail };

/// What `probe` printed last in this generation.
struct Observed {
  enum class Kind : uint8_t { Unprobed, Absent, Identity };
  Kind kind = Kind::Unprobed;
  std::string identity; ///< of Identity
  bool operator==(const Observed&) const = default;
};

/// A person's stop sign.
struct Freeze {
  std::string by;
  std::string reason;
  std::optional<int64_t> until; ///< milliseconds since the epoch; nullopt: until lifted
  bool operator==(const Freeze&) const = default;
};

/// Set by a rollback: this release is not brought back by itself.
struct Hold {
  base::Digest release;
  std::string by; ///< the execution that rolled it back
  std::string reason;
  bool operator==(const Hold&) const = default;
};

struct State {
  uint64_t generation = 0; ///< +1 at every attempt that may have changed the world
  std::optional<base::Digest> desired;
  Recorded recorded;
  Verified verified = Verified::None;
  std::optional<base::Digest> stable; ///< the last release recorded and verified here
  Observed observed;
  std::optional<Freeze> freeze;
  std::optional<Hold> hold;
  /// What `desired` was made from, as the newest execution that asked for it has it; nullopt: it
  /// was last deployed by a pipec that did not record it.
  std::optional<Origin> origin;
  bool operator==(const State&) const = default;
};

enum class EventKind : uint8_t {
  Begin,    ///< an attempt to put `release` there: the intent, written before acting
  Rollback, ///< the same, undoing `undone`, which `text` (a reason) by `by` then holds back
  Succeed,  ///< the attempt of `generation` ended well: `release` is there
  Abandon,  ///< the attempt of `generation` failed: what is there stays unknown
  Probe,    ///< `text` was seen there; empty: nothing
  Pass,     ///< all live tests of `generation` that count passed
  Fail,     ///< a live test of `generation` failed
  Settle,   ///< `generation` needs no more tests: what is recorded becomes stable
  Freeze,   ///< by `by`, for `text`, until `until`
  Unfreeze,
  Unhold,
  Confirm, ///< nothing is to do: `origin` asks for what `generation` has put there
};

struct Event {
  EventKind kind = EventKind::Begin;
  uint64_t generation = 0;
  base::Digest release;
  base::Digest undone;
  std::string by;
  std::string text;
  std::optional<int64_t> until;
  std::optional<Origin> origin; ///< of Begin, Rollback and Confirm
};

/// The state after `event`; the only writer of an environment's state. nullopt: the event comes too
/// late, `state` is of another generation than it speaks of, and nothing it says may be recorded.
/// The exception is a late Succeed: its commands may have overwritten what a newer attempt put
/// there, so what is recorded becomes unknown.
std::optional<State> next(const State& state, const Event& event);

/// `recorded`, … for messages and JSON: the release's Digest::text(), `unknown`, or empty.
std::string text(const Recorded& recorded);
/// Whether a freeze counts at `now`, in milliseconds since the epoch.
bool isFrozen(const State& state, int64_t now);
/// Whether the environment was seen to run something else than what is recorded.
bool hasDrifted(const State& state);
llvm::StringRef verifiedName(Verified verified); ///< `none`, `pass`, `fail`

} // namespace pipec::environment
