-- A deleted code is archived: its tasks stay readable and run, its name is free again. A constraint can't be dropped,
-- so the table is made anew.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE old_codes AS SELECT * FROM codes;
DROP TABLE codes;
CREATE TABLE codes (
  id          TEXT NOT NULL PRIMARY KEY,
  project_id  TEXT NOT NULL REFERENCES projects (id),
  name        TEXT NOT NULL,
  rev         INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  archived_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO codes (id, project_id, name, rev, created_at, updated_at)
SELECT id, project_id, name, rev, created_at, updated_at FROM old_codes;
DROP TABLE old_codes;
CREATE UNIQUE INDEX codes_by_name ON codes (project_id, name) WHERE archived_at IS NULL;

-- Only codes that are paused have a row: a claim looks here for each lane, and mostly at nothing.
CREATE TABLE paused_codes (
  code_id   TEXT NOT NULL PRIMARY KEY,
  paused_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX lanes_by_code ON lanes (code_id);

ALTER TABLE code_revisions ADD COLUMN stack TEXT NOT NULL DEFAULT '';
ALTER TABLE code_revisions ADD COLUMN runtime TEXT NOT NULL DEFAULT '';
ALTER TABLE code_revisions ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE code_revisions ADD COLUMN zip_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE code_revisions ADD COLUMN md5 TEXT NOT NULL DEFAULT '';
ALTER TABLE code_revisions ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';

-- The bytes of zips, in pieces, under the id of their revision; whoever reads a revision reads none of them.
CREATE TABLE zip_pieces (
  revision_id TEXT NOT NULL,
  piece       INTEGER NOT NULL,
  data        BLOB NOT NULL,
  PRIMARY KEY (revision_id, piece)
) STRICT, WITHOUT ROWID;

-- Zips whose revision is not there yet: what a killed silo leaves of them goes with a later upload.
CREATE TABLE zip_uploads (
  revision_id TEXT NOT NULL PRIMARY KEY,
  began_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Orders to cancel all of a code, up to the newest task there was; a row stays until that is done.
CREATE TABLE code_cancels (
  code_id    TEXT NOT NULL PRIMARY KEY,
  project_id TEXT NOT NULL,
  last_id    TEXT NOT NULL,
  busy_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Logins for registries, sealed under the server key.
CREATE TABLE registry_logins (
  project_id TEXT NOT NULL REFERENCES projects (id),
  address    TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  kept_at    INTEGER NOT NULL,
  PRIMARY KEY (project_id, address)
) STRICT, WITHOUT ROWID;

-- Unfinished tasks of a code, and its final ones by phase, in the order of their ids and so of time.
CREATE INDEX tasks_by_code ON tasks (code_id, phase, id);

-- A code as of each of its revisions. The code reads the columns in this order.
CREATE VIEW code_states AS
SELECT
  c.id, c.project_id, c.name, c.created_at, c.updated_at, c.archived_at,
  EXISTS (SELECT 1 FROM paused_codes p WHERE p.code_id = c.id) AS paused,
  r.id AS revision_id, r.rev, r.image, r.command, r.config, r.env_vars, r.retries, r.retries_delay, r.default_priority,
  r.max_concurrency, r.lease_seconds, r.max_losses, r.created_at AS uploaded_at, r.stack, r.runtime, r.file_name, r.zip_size,
  r.md5, r.sha256,
  r.rev = c.rev AS is_current
FROM codes c
JOIN code_revisions r ON r.code_id = c.id;
