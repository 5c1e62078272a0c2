INSERT INTO grain_states (name, key, version, state)
VALUES (@name, @key, 1, @state)
ON CONFLICT (name, key) DO NOTHING
RETURNING version;
