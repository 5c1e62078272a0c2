-- name: cluster_delete
-- Who enrols, or adds a token, holds this row, too: after this, neither happens.
SELECT 'found' FROM clusters WHERE id = @id FOR UPDATE;
-- A cluster at work keeps its tokens; what follows asks for nothing else.
DELETE FROM cluster_tokens
WHERE cluster_id = @id
  AND NOT EXISTS (SELECT 1 FROM lanes l JOIN ready r ON r.lane = l.id WHERE l.cluster_id = @id)
  AND NOT EXISTS (SELECT 1 FROM delayed d JOIN tasks t ON t.id = d.task_id JOIN lanes n ON n.id = t.lane WHERE n.cluster_id = @id)
  AND NOT EXISTS (SELECT 1 FROM leases h JOIN tasks t ON t.id = h.task_id JOIN lanes n ON n.id = t.lane WHERE n.cluster_id = @id);
DELETE FROM cluster_shares
WHERE cluster_id = @id AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.cluster_id = @id);
DELETE FROM cluster_averages
WHERE cluster_id = @id AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.cluster_id = @id);
DELETE FROM sessions
WHERE cluster_id = @id AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.cluster_id = @id);
UPDATE projects SET default_cluster_id = NULL
WHERE default_cluster_id = @id AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.cluster_id = @id);
DELETE FROM clusters
WHERE id = @id AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.cluster_id = @id)
RETURNING 'deleted';

-- name: cluster_queued
SELECT COUNT(*)
FROM (
  SELECT 1
  FROM lanes l
  CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id LIMIT @most) waiting
  WHERE l.cluster_id = @cluster_id
  LIMIT @most) counted;

-- name: cluster_share
INSERT INTO cluster_shares (cluster_id, user_id, updated_at)
SELECT c.id, @user_id, @updated_at FROM clusters c WHERE c.id = @cluster_id FOR KEY SHARE
ON CONFLICT (cluster_id, user_id) DO UPDATE SET updated_at = excluded.updated_at
RETURNING user_id;

-- name: cluster_token_add
INSERT INTO cluster_tokens (id, cluster_id, hash, sealed, created_at)
SELECT @id, c.id, @hash, @sealed, @created_at FROM clusters c WHERE c.id = @cluster_id FOR KEY SHARE
RETURNING id;

-- name: cluster_token_revoke
-- One after the other, so that two at once leave one token.
SELECT NULL AS id, NULL AS credential_hash FROM clusters WHERE id = @cluster_id FOR NO KEY UPDATE;
DELETE FROM cluster_tokens t
WHERE t.id = @id AND t.cluster_id = @cluster_id
  AND EXISTS (SELECT 1 FROM cluster_tokens o WHERE o.cluster_id = @cluster_id AND o.id <> @id)
RETURNING t.id, t.hash;
-- Rows are locked in the order of their ids, as a claim locks them.
UPDATE sessions s
SET phase = 2
FROM (
  SELECT o.id
  FROM sessions o
  WHERE o.cluster_id = @cluster_id AND o.token_id = @id AND o.phase < 2
    AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.id = @id)
  ORDER BY o.id
  FOR NO KEY UPDATE OF o) ended
WHERE s.id = ended.id
RETURNING s.id, s.credential_hash;

-- name: cluster_update
-- Who renames, or adds, a cluster of the same owner, is waited for: a name is taken by one of them only.
SELECT 'found' FROM clusters c JOIN users u ON u.id = c.user_id WHERE c.id = @id FOR UPDATE OF u;
UPDATE clusters
SET name = COALESCE(@name, name),
    memory = COALESCE(@memory, memory),
    disk_space = COALESCE(@disk_space, disk_space),
    cpu_share = COALESCE(@cpu_share, cpu_share),
    max_timeout = COALESCE(@max_timeout, max_timeout)
WHERE id = @id
  AND NOT EXISTS (SELECT 1 FROM clusters o WHERE o.user_id = clusters.user_id AND o.name = @name AND o.id <> @id)
RETURNING 'updated';
