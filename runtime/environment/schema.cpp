// state.db, a SQLite file. Digests are BLOBs (Digest::bytes), times milliseconds since the
// epoch, enumerators their numbers in state.h and ledger.h, which never change their
// meaning.
//
// Version 1: environments, the log (append only: no row goes, and a row changes once, from running
// to its result), releases (body: release.cpp), live tests that passed, approvals.
// Version 2: what gates ask for; labels, environments and deciders are JSON arrays of strings.
// Version 3: what releases were made from (origin.cpp; empty: not known), and when a release last
// became stable (NULL: never).
// Version 4: SHA-256. What older versions wrote keeps its names of 16 bytes: the log reads as it
// did, but nothing with such a name can be gone back to, counts as approved or as tested, since it
// can be forged. What a rollback holds back would not be known by its new name, so the environment
// is frozen instead, until a person has looked.
#include "runtime/environment/schema.h"

namespace pipec::environment {

static constexpr llvm::StringLiteral Version1 = R"sql(
CREATE TABLE environments (
  identity      TEXT PRIMARY KEY,
  generation    INTEGER NOT NULL,
  desired       BLOB,
  recorded_kind INTEGER NOT NULL,
  recorded      BLOB,
  verified      INTEGER NOT NULL,
  stable        BLOB,
  observed_kind INTEGER NOT NULL,
  observed      TEXT NOT NULL,
  freeze_by     TEXT,
  freeze_reason TEXT,
  freeze_until  INTEGER,
  hold_release  BLOB,
  hold_by       TEXT,
  hold_reason   TEXT
) WITHOUT ROWID;

CREATE TABLE releases (
  environment TEXT NOT NULL,
  id          BLOB NOT NULL,
  body        TEXT NOT NULL,
  url         TEXT NOT NULL,
  execution   TEXT NOT NULL,
  created     INTEGER NOT NULL,
  PRIMARY KEY (environment, id)
) WITHOUT ROWID;

CREATE TABLE log (
  sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
  environment  TEXT NOT NULL,
  kind         INTEGER NOT NULL,
  release      BLOB NOT NULL,
  from_kind    INTEGER NOT NULL,
  from_release BLOB,
  generation   INTEGER NOT NULL,
  execution    TEXT NOT NULL,
  actor        TEXT NOT NULL,
  approvals    TEXT NOT NULL,
  started      INTEGER NOT NULL,
  finished     INTEGER,
  result       TEXT
);
CREATE INDEX log_of_environment ON log (environment, sequence);
CREATE TRIGGER log_keeps_rows BEFORE DELETE ON log
  BEGIN SELECT RAISE(ABORT, 'the log of deployments is append only'); END;
CREATE TRIGGER log_keeps_results BEFORE UPDATE ON log WHEN old.result IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the log of deployments is append only'); END;

CREATE TABLE live_passes (
  key         BLOB PRIMARY KEY,
  environment TEXT NOT NULL,
  generation  INTEGER NOT NULL,
  execution   TEXT NOT NULL,
  started     INTEGER NOT NULL,
  duration    INTEGER NOT NULL,
  cpu         INTEGER NOT NULL,
  memory      INTEGER NOT NULL,
  stdout      BLOB NOT NULL,
  stderr      BLOB NOT NULL,
  report      BLOB
) WITHOUT ROWID;

CREATE TABLE approvals (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  key      BLOB NOT NULL,
  approved INTEGER NOT NULL,
  who      TEXT NOT NULL,
  decided  INTEGER NOT NULL,
  comment  TEXT NOT NULL,
  expires  INTEGER
);
CREATE INDEX approvals_by_key ON approvals (key, sequence);
)sql";

static constexpr llvm::StringLiteral Version2 = R"sql(
CREATE TABLE approval_requests (
  key          BLOB PRIMARY KEY,
  module       TEXT NOT NULL,
  labels       TEXT NOT NULL,
  subject      BLOB,
  environments TEXT NOT NULL,
  deciders     TEXT NOT NULL,
  message      TEXT NOT NULL,
  execution    TEXT NOT NULL,
  requested    INTEGER NOT NULL,
  expires      INTEGER
) WITHOUT ROWID;
)sql";

static constexpr llvm::StringLiteral Version3 = R"sql(
ALTER TABLE environments ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE log ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE releases ADD COLUMN settled INTEGER;
UPDATE releases SET settled = created WHERE EXISTS
  (SELECT 1 FROM environments WHERE identity = environment AND stable = id);
)sql";

static constexpr llvm::StringLiteral Version4 = R"sql(
UPDATE environments SET
  freeze_by = coalesce(freeze_by, hold_by),
  freeze_reason = coalesce(nullif(freeze_reason, '') || '; ', '') || 'release '
    || lower(substr(hex(hold_release), 1, 12)) || ' was rolled back (' || hold_reason
    || '), and an older pipec named it: it would not be known again',
  freeze_until = NULL
WHERE hold_release IS NOT NULL;
UPDATE environments SET stable = NULL, hold_release = NULL, hold_by = NULL, hold_reason = NULL;
DELETE FROM live_passes;
)sql";

const db::StateSchema& ledgerSchema() {
  static const llvm::StringRef migrations[] = {Version1, Version2, Version3, Version4};
  static const db::StateSchema schema = {0x50495044 /* PIPD */, migrations, "the deploy state"};
  return schema;
}

} // namespace pipec::environment
