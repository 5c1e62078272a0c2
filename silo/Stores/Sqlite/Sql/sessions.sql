-- name: session_active
SELECT labels FROM sessions WHERE id = @id AND phase = 0 AND paused = 0;

-- name: session_enrol
-- Inserts nothing when the token no longer exists.
INSERT INTO sessions (
  id, cluster_id, credential_hash, phase, name, version, slots, executor, created_at, seen_at, token_id, key_ids,
  labels, paused)
SELECT @id, t.cluster_id, @credential_hash, 0, @name, @version, @slots, @executor, @created_at, @created_at, t.id, @key_ids,
  @labels, @paused
FROM cluster_tokens t
WHERE t.id = @token_id AND t.cluster_id = @cluster_id
RETURNING id, 0, '';
UPDATE sessions SET paused = 1
WHERE id = @id AND EXISTS (
  SELECT 1 FROM sessions p WHERE p.id = @previous_id AND p.cluster_id = @cluster_id AND p.phase < 2 AND p.paused = 1);
UPDATE sessions SET phase = 2
WHERE id = @previous_id AND cluster_id = @cluster_id AND phase < 2
  AND EXISTS (SELECT 1 FROM sessions n WHERE n.id = @id);
UPDATE leases
SET session_id = @id
WHERE session_id = (SELECT p.id FROM sessions p WHERE p.id = @previous_id AND p.cluster_id = @cluster_id)
  AND EXISTS (SELECT 1 FROM sessions n WHERE n.id = @id)
RETURNING task_id, attempt, token;

-- name: session_seen
UPDATE sessions SET seen_at = @now WHERE id IN (SELECT value FROM json_each(@ids));
UPDATE sessions SET phase = 2 WHERE phase < 2 AND seen_at < @silent_since;
