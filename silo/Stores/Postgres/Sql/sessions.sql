-- name: session_enrol
-- Inserts nothing when the token no longer exists; a revoke waits for this, and then ends the session.
INSERT INTO sessions (
  id, cluster_id, credential_hash, phase, name, version, slots, executor, created_at, seen_at, token_id, key_ids,
  labels, paused)
SELECT @id, t.cluster_id, @credential_hash, 0, @name, @version, @slots, @executor, @created_at, @created_at, t.id, @key_ids,
  @labels, @paused
FROM clusters c
JOIN cluster_tokens t ON t.cluster_id = c.id
WHERE c.id = @cluster_id AND t.id = @token_id
FOR KEY SHARE
RETURNING id, 0, '';
-- A pause of the last life that is written now is waited for, and goes over.
WITH before AS MATERIALIZED (
  SELECT p.id, p.paused
  FROM sessions p
  WHERE p.id = @previous_id AND p.cluster_id = @cluster_id AND p.phase < 2
    AND EXISTS (SELECT 1 FROM sessions n WHERE n.id = @id)
  FOR UPDATE OF p
), over AS (
  UPDATE sessions s SET phase = 2 FROM before b WHERE s.id = b.id
)
UPDATE sessions s SET paused = 1 FROM before b WHERE s.id = @id AND b.paused = 1;
UPDATE leases
SET session_id = @id
WHERE session_id = (SELECT p.id FROM sessions p WHERE p.id = @previous_id AND p.cluster_id = @cluster_id)
  AND EXISTS (SELECT 1 FROM sessions n WHERE n.id = @id)
RETURNING task_id, attempt, token;

-- name: session_seen
-- Rows are locked in the order of their ids, as a claim locks them.
UPDATE sessions s
SET seen_at = @now
FROM (
  SELECT o.id
  FROM sessions o
  WHERE o.id = ANY (ARRAY(SELECT jsonb_array_elements_text(@ids::jsonb)))
  ORDER BY o.id
  FOR NO KEY UPDATE) seen
WHERE s.id = seen.id;
UPDATE sessions s
SET phase = 2
FROM (
  SELECT o.id
  FROM sessions o
  WHERE o.phase < 2 AND o.seen_at < @silent_since
  ORDER BY o.id
  FOR NO KEY UPDATE) silent
WHERE s.id = silent.id;
