-- Where a user is reached, lower-cased: what others share a cluster by.
ALTER TABLE users ADD COLUMN email text COLLATE "C";
CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;

CREATE INDEX clusters_by_user ON clusters (user_id, id);

CREATE TABLE cluster_shares (
  cluster_id text COLLATE "C" NOT NULL REFERENCES clusters (id),
  user_id    text COLLATE "C" NOT NULL REFERENCES users (id),
  updated_at bigint NOT NULL,
  PRIMARY KEY (cluster_id, user_id)
);

CREATE INDEX cluster_shares_by_user ON cluster_shares (user_id, cluster_id);

-- The token that a session was enrolled with. Until now each cluster had exactly one.
ALTER TABLE sessions ADD COLUMN token_id text COLLATE "C" NOT NULL DEFAULT '';
UPDATE sessions s SET token_id = t.id FROM cluster_tokens t WHERE t.cluster_id = s.cluster_id;

-- How many tasks wait, averaged over time. A cluster without a row has an average of zero.
CREATE TABLE cluster_averages (
  cluster_id text COLLATE "C" PRIMARY KEY,
  average    double precision NOT NULL,
  sampled_at bigint NOT NULL
) WITH (fillfactor = 50);
