UPDATE sessions SET seen_at = @now WHERE id IN (SELECT value FROM json_each(@ids));
UPDATE sessions SET phase = 2 WHERE phase < 2 AND seen_at < @silent_since;
