// history.db, a SQLite file. Digests are BLOBs (Digest::bytes), times milliseconds since the epoch.
//
// The nodes of an execution that ended are a list of chunks: runs of node records (node_codec.cpp)
// in the plan's order, which end where the label's hash says so. A chunk is stored once under the
// digest of its bytes. A node that was served from the cache has the same record every time, so an
// execution in which nothing happened adds one row and no chunk, and one that changed one node adds
// one chunk, wherever nodes came or went.
//
// The results of an execution that runs are rows of `progress` until it ends.
//
// Version 1: executions (state: ExecutionState; parameters: base::encodeFields; chunks: digests one
// after the other, NULL before the end), chunks, progress, identities of sources by the digest of
// the question, what is remembered of labels in buckets (label_memory.cpp).
// Version 2: what is remembered of a label may have the key that failed.
// Version 3: executions may end superseded; nodes may have the question of a source and earlier
// attempts; the test cases of a run (case_codec.cpp) under the digest of its reports, their names
// once for all runs with the same cases; of an execution, what it was asked for
// (base::encodeFields: `target`, `no-deploy`) and the process that runs it.
// Version 4: SHA-256. What older versions wrote keeps its names of 16 bytes, and reads as it did;
// `executions.chunks` begins with the byte DigestsFollow; answers of sources are asked again.
#include "runtime/history/schema.h"

namespace pipec::history {

static constexpr llvm::StringLiteral Version1 = R"sql(
CREATE TABLE executions (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  module     TEXT NOT NULL,
  pipeline   TEXT NOT NULL,
  parameters BLOB NOT NULL,
  state      INTEGER NOT NULL,
  started    INTEGER NOT NULL,
  ended      INTEGER,
  chunks     BLOB
);
CREATE INDEX executions_of_pipeline ON executions (pipeline, number);

CREATE TABLE chunks (
  digest BLOB NOT NULL UNIQUE,
  nodes  BLOB NOT NULL
);

CREATE TABLE progress (
  execution INTEGER NOT NULL,
  node      BLOB NOT NULL
);

CREATE TABLE identities (
  question BLOB PRIMARY KEY,
  identity TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE labels (
  module   TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  bucket   INTEGER NOT NULL,
  entries  BLOB NOT NULL,
  PRIMARY KEY (module, pipeline, bucket)
);
)sql";

/// The tables stay; what version 1 has written reads as it did.
static constexpr llvm::StringLiteral Version2 = "";

static constexpr llvm::StringLiteral Version3 = R"sql(
CREATE TABLE case_names (
  digest BLOB NOT NULL UNIQUE,
  names  BLOB NOT NULL
);

CREATE TABLE test_runs (
  run     BLOB NOT NULL UNIQUE,
  names   BLOB NOT NULL,
  results BLOB NOT NULL
);

ALTER TABLE executions ADD COLUMN request BLOB;
ALTER TABLE executions ADD COLUMN process TEXT;
)sql";

static constexpr llvm::StringLiteral Version4 = "DELETE FROM identities;";

const db::StateSchema& historySchema() {
  static const llvm::StringRef migrations[] = {Version1, Version2, Version3, Version4};
  static const db::StateSchema schema = {Application, migrations, "the history of executions",
                                         std::chrono::milliseconds(5000)};
  return schema;
}

} // namespace pipec::history
