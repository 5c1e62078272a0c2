-- Launches that have ended. Those that live are in their launcher's own state.
CREATE TABLE launches (
  account        TEXT NOT NULL,
  id             TEXT NOT NULL,
  credential_id  TEXT NOT NULL,
  commit_hash    TEXT NOT NULL,
  verdict        INTEGER NOT NULL,
  exit_code      INTEGER,
  attempt        INTEGER NOT NULL,
  job_number     INTEGER,
  created_at     INTEGER NOT NULL,
  started_at     INTEGER,
  ended_at       INTEGER NOT NULL,
  deadline       INTEGER NOT NULL,
  cost           INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- What launchers decided, each record with the hash of the one before. Rows are only ever added.
CREATE TABLE launch_audit (
  account        TEXT NOT NULL,
  sequence       INTEGER NOT NULL,
  at             INTEGER NOT NULL,
  event          INTEGER NOT NULL,
  reason         TEXT NOT NULL,
  count          INTEGER NOT NULL,
  credential_id  TEXT NOT NULL,
  address        TEXT NOT NULL,
  peer           TEXT NOT NULL,
  commit_hash    TEXT NOT NULL,
  launch_id      TEXT NOT NULL,
  job_number     INTEGER,
  machine_type   TEXT NOT NULL,
  deadline       INTEGER,
  cost           INTEGER,
  policy_version TEXT NOT NULL,
  key_generation TEXT NOT NULL,
  previous       TEXT NOT NULL,
  hash           TEXT NOT NULL,
  PRIMARY KEY (account, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER launch_audit_is_not_changed BEFORE UPDATE ON launch_audit
BEGIN
  SELECT RAISE(ABORT, 'the audit of launches is only ever added to');
END;
CREATE TRIGGER launch_audit_is_not_shortened BEFORE DELETE ON launch_audit
BEGIN
  SELECT RAISE(ABORT, 'the audit of launches is only ever added to');
END;

-- What the jobs of launches have written, in pieces that follow on each other.
CREATE TABLE launch_texts (
  launch_id      TEXT NOT NULL,
  attempt        INTEGER NOT NULL,
  start          INTEGER NOT NULL,
  size           INTEGER NOT NULL,
  data           BLOB NOT NULL,
  PRIMARY KEY (launch_id, attempt, start)
) STRICT;

-- What grains keep for themselves; the version is what a writer must have read.
CREATE TABLE grain_states (
  name           TEXT NOT NULL,
  key            TEXT NOT NULL,
  version        INTEGER NOT NULL,
  state          BLOB,
  PRIMARY KEY (name, key)
) STRICT;
