DELETE FROM web_sessions WHERE key_hash = @key_hash RETURNING 1;
