UPDATE sessions SET phase = 2 WHERE id = @previous_id AND cluster_id = @cluster_id AND phase < 2;
INSERT INTO sessions (id, cluster_id, credential_hash, phase, name, version, slots, executor, created_at, seen_at)
VALUES (@id, @cluster_id, @credential_hash, 0, @name, @version, @slots, @executor, @created_at, @created_at);
UPDATE leases
SET session_id = @id
WHERE session_id = (SELECT p.id FROM sessions p WHERE p.id = @previous_id AND p.cluster_id = @cluster_id)
RETURNING task_id, attempt, token;
