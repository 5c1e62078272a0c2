-- Who is signed in at the web page: a cookie holds a key, this its hash. A session goes with the token that it began with.
CREATE TABLE web_sessions (
  key_hash   BLOB NOT NULL PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_id   TEXT REFERENCES user_tokens (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX web_sessions_by_user ON web_sessions (user_id, created_at);
CREATE INDEX web_sessions_by_token ON web_sessions (token_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);
