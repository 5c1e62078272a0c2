-- name: grain_state_write
UPDATE grain_states
SET version = version + 1, state = @state
WHERE name = @name AND key = @key AND version = @version
RETURNING version;
