SELECT u.id, u.name, u.created_at, u.operator, u.email, s.created_at, s.seen_at, s.expires_at
FROM web_sessions s
JOIN users u ON u.id = s.user_id
WHERE s.key_hash = @key_hash AND s.expires_at > @now;
