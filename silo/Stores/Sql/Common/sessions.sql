-- name: session
SELECT s.id, s.cluster_id, s.credential_hash, s.phase, s.name, s.version, s.slots, s.executor, s.created_at, s.seen_at, s.token_id, s.key_ids,
  s.labels, s.paused
FROM sessions s
WHERE s.id = @id;

-- name: session_by_credential
SELECT s.id, s.cluster_id, s.credential_hash, s.phase, s.name, s.version, s.slots, s.executor, s.created_at, s.seen_at, s.token_id, s.key_ids,
  s.labels, s.paused
FROM sessions s
WHERE s.credential_hash = @credential_hash;

-- name: session_list
SELECT
  s.id, s.cluster_id, s.credential_hash, s.phase, s.name, s.version, s.slots, s.executor, s.created_at, s.seen_at, s.token_id, s.key_ids,
  s.labels, s.paused,
  (SELECT COUNT(*) FROM leases l WHERE l.session_id = s.id)
FROM sessions s
WHERE s.cluster_id = @cluster_id AND s.phase < 2
ORDER BY s.id;

-- name: session_pause
UPDATE sessions SET paused = @paused WHERE id = @id AND phase < 2 RETURNING id;

-- name: session_phase
UPDATE sessions SET phase = @to WHERE id = @id AND phase = @from RETURNING id;

-- name: sessions_paused
SELECT id FROM sessions WHERE cluster_id = @cluster_id AND phase < 2 AND paused = 1;
