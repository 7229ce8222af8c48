// The tables of the deploy state, and how each version of them came from the one before.
#pragma once

#include "runtime/db/database.h"

namespace pipec::environment {

const db::StateSchema& ledgerSchema();

} // namespace pipec::environment
