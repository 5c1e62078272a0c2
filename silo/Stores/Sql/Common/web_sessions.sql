-- name: web_session
SELECT u.id, u.name, u.created_at, u.operator, u.email, s.created_at, s.seen_at, s.expires_at
FROM web_sessions s
JOIN users u ON u.id = s.user_id
WHERE s.key_hash = @key_hash AND s.expires_at > @now;

-- name: web_session_delete
DELETE FROM web_sessions WHERE key_hash = @key_hash RETURNING 1;

-- name: web_session_renew
UPDATE web_sessions SET seen_at = @now, expires_at = @expires_at WHERE key_hash = @key_hash AND expires_at > @now;

-- name: web_sessions_prune
DELETE FROM web_sessions
WHERE key_hash IN (SELECT o.key_hash FROM web_sessions o WHERE o.expires_at <= @now ORDER BY o.expires_at LIMIT @most)
RETURNING 1;
