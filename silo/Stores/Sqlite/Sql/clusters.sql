-- name: cluster_delete
SELECT 'found' FROM clusters WHERE id = @id;
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
  JOIN ready r ON r.lane = l.id
  WHERE l.cluster_id = @cluster_id
  LIMIT @most) waiting;

-- name: cluster_share
INSERT INTO cluster_shares (cluster_id, user_id, updated_at)
SELECT c.id, @user_id, @updated_at FROM clusters c WHERE c.id = @cluster_id
ON CONFLICT (cluster_id, user_id) DO UPDATE SET updated_at = excluded.updated_at
RETURNING user_id;

-- name: cluster_token_add
INSERT INTO cluster_tokens (id, cluster_id, hash, sealed, created_at)
SELECT @id, c.id, @hash, @sealed, @created_at FROM clusters c WHERE c.id = @cluster_id
RETURNING id;

-- name: cluster_token_revoke
DELETE FROM cluster_tokens
WHERE id = @id AND cluster_id = @cluster_id
  AND EXISTS (SELECT 1 FROM cluster_tokens o WHERE o.cluster_id = @cluster_id AND o.id <> @id)
RETURNING id, hash;
UPDATE sessions
SET phase = 2
WHERE cluster_id = @cluster_id AND token_id = @id AND phase < 2
  AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.id = @id)
RETURNING id, credential_hash;

-- name: cluster_update
SELECT 'found' FROM clusters WHERE id = @id;
UPDATE clusters
SET name = COALESCE(@name, name),
    memory = COALESCE(@memory, memory),
    disk_space = COALESCE(@disk_space, disk_space),
    cpu_share = COALESCE(@cpu_share, cpu_share),
    max_timeout = COALESCE(@max_timeout, max_timeout)
WHERE id = @id
  AND NOT EXISTS (SELECT 1 FROM clusters o WHERE o.user_id = clusters.user_id AND o.name = @name AND o.id <> @id)
RETURNING 'updated';
