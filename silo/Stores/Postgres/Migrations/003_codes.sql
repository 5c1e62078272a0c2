-- A deleted code is archived: its tasks stay readable and run, its name is free again.
ALTER TABLE codes ADD COLUMN archived_at bigint;
ALTER TABLE codes DROP CONSTRAINT codes_project_id_name_key;
CREATE UNIQUE INDEX codes_by_name ON codes (project_id, name) WHERE archived_at IS NULL;

-- Only codes that are paused have a row: a claim looks here for each lane, and mostly at nothing.
CREATE TABLE paused_codes (
  code_id   text COLLATE "C" PRIMARY KEY,
  paused_at bigint NOT NULL
);

CREATE INDEX lanes_by_code ON lanes (code_id);

ALTER TABLE code_revisions
  ADD COLUMN stack     text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN runtime   text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN file_name text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN zip_size  bigint NOT NULL DEFAULT 0,
  ADD COLUMN md5       text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN sha256    text COLLATE "C" NOT NULL DEFAULT '';

-- The bytes of zips, in pieces, under the id of their revision; whoever reads a revision reads none of them.
CREATE TABLE zip_pieces (
  revision_id text COLLATE "C" NOT NULL,
  piece       integer NOT NULL,
  data        bytea NOT NULL,
  PRIMARY KEY (revision_id, piece)
);

-- Zips are compressed as they are.
ALTER TABLE zip_pieces ALTER COLUMN data SET STORAGE EXTERNAL;

-- Zips whose revision is not there yet: what a killed silo leaves of them goes with a later upload.
CREATE TABLE zip_uploads (
  revision_id text COLLATE "C" PRIMARY KEY,
  began_at    bigint NOT NULL
);

-- Orders to cancel all of a code, up to the newest task there was; a row stays until that is done.
CREATE TABLE code_cancels (
  code_id    text COLLATE "C" PRIMARY KEY,
  project_id text COLLATE "C" NOT NULL,
  last_id    text COLLATE "C" NOT NULL,
  busy_until bigint NOT NULL
);

-- Logins for registries, sealed under the server key.
CREATE TABLE registry_logins (
  project_id text COLLATE "C" NOT NULL REFERENCES projects (id),
  address    text COLLATE "C" NOT NULL,
  sealed     bytea NOT NULL,
  kept_at    bigint NOT NULL,
  PRIMARY KEY (project_id, address)
);

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
