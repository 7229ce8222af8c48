// The tables of the history, and how each version of them came from the one before.
#pragma once

#include "runtime/db/database.h"

namespace pipec::history {

/// PRAGMA application_id.
inline constexpr uint32_t Application = 0x50495048; // PIPH

const db::StateSchema& historySchema();

} // namespace pipec::history
