-- Who is signed in at the web page: a cookie holds a key, this its hash. A session goes with the token that it began with.
CREATE TABLE web_sessions (
  key_hash   bytea  PRIMARY KEY,
  user_id    text   COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_id   text   COLLATE "C" REFERENCES user_tokens (id) ON DELETE CASCADE,
  created_at bigint NOT NULL,
  seen_at    bigint NOT NULL,
  expires_at bigint NOT NULL
);

CREATE INDEX web_sessions_by_user ON web_sessions (user_id, created_at);
CREATE INDEX web_sessions_by_token ON web_sessions (token_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);
