-- Who enrols, or adds a token, holds this row, too: after this, neither happens.
SELECT 'found' FROM clusters WHERE id = @id FOR UPDATE;
-- A cluster at work keeps its tokens; what follows asks for nothing else.
DELETE FROM cluster_tokens
WHERE cluster_id = @id
  AND NOT EXISTS (SELECT 1 FROM lanes l JOIN ready r ON r.lane = l.id WHERE l.cluster_id = @id)
  AND NOT EXISTS (SELECT 1 FROM delayed d JOIN tasks t ON t.id = d.task_id WHERE t.cluster_id = @id)
  AND NOT EXISTS (SELECT 1 FROM leases h JOIN tasks t ON t.id = h.task_id WHERE t.cluster_id = @id);
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
