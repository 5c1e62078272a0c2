-- name: grain_state_write
UPDATE grain_states
SET version = version + 1, state = CAST(@state AS bytea)
WHERE name = @name AND key = @key AND version = @version
RETURNING version;
