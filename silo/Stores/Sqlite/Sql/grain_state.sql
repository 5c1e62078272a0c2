SELECT version, state
FROM grain_states
WHERE name = @name AND key = @key;
