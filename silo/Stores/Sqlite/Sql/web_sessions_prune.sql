DELETE FROM web_sessions
WHERE key_hash IN (SELECT o.key_hash FROM web_sessions o WHERE o.expires_at <= @now ORDER BY o.expires_at LIMIT @most)
RETURNING 1;
