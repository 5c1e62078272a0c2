UPDATE web_sessions SET seen_at = @now, expires_at = @expires_at WHERE key_hash = @key_hash AND expires_at > @now;
