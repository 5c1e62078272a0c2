-- name: grain_state
SELECT version, state
FROM grain_states
WHERE name = @name AND key = @key;

-- name: grain_state_add
INSERT INTO grain_states (name, key, version, state)
VALUES (@name, @key, 1, @state)
ON CONFLICT (name, key) DO NOTHING
RETURNING version;
