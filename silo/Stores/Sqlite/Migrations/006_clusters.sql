-- Where a user is reached, lower-cased: what others share a cluster by.
ALTER TABLE users ADD COLUMN email TEXT;
CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;

CREATE INDEX clusters_by_user ON clusters (user_id, id);

CREATE TABLE cluster_shares (
  cluster_id TEXT NOT NULL REFERENCES clusters (id),
  user_id    TEXT NOT NULL REFERENCES users (id),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (cluster_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cluster_shares_by_user ON cluster_shares (user_id, cluster_id);

-- The token that a session was enrolled with. Until now each cluster had exactly one.
ALTER TABLE sessions ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
UPDATE sessions SET token_id = COALESCE((SELECT t.id FROM cluster_tokens t WHERE t.cluster_id = sessions.cluster_id), '');

-- How many tasks wait, averaged over time. A cluster without a row has an average of zero.
CREATE TABLE cluster_averages (
  cluster_id TEXT NOT NULL PRIMARY KEY,
  average    REAL NOT NULL,
  sampled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
