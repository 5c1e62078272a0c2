-- name: web_session_add
-- Inserts nothing when the token no longer exists.
INSERT INTO web_sessions (key_hash, user_id, token_id, created_at, seen_at, expires_at)
SELECT @key_hash, t.user_id, t.id, @now, @now, @expires_at FROM user_tokens t WHERE t.hash = @token_hash FOR KEY SHARE
RETURNING 1;
DELETE FROM web_sessions
WHERE key_hash IN (
  SELECT o.key_hash
  FROM web_sessions n
  JOIN web_sessions o ON o.user_id = n.user_id
  WHERE n.key_hash = @key_hash
  ORDER BY o.key_hash = @key_hash DESC, o.created_at DESC
  OFFSET @most);
