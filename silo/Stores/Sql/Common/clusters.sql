-- name: cluster
SELECT id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at
FROM clusters
WHERE id = @id;

-- name: cluster_add
INSERT INTO clusters (id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at)
VALUES (@id, @user_id, @name, @memory, @disk_space, @cpu_share, @max_timeout, @created_at)
ON CONFLICT (user_id, name) DO NOTHING
RETURNING id;
INSERT INTO cluster_tokens (id, cluster_id, hash, sealed, created_at)
SELECT @token_id, c.id, @hash, @sealed, @created_at FROM clusters c WHERE c.id = @id;

-- name: cluster_count
SELECT COUNT(*) FROM clusters WHERE user_id = @user_id;

-- name: cluster_for_user
SELECT c.id, c.user_id, c.name, c.memory, c.disk_space, c.cpu_share, c.max_timeout, c.created_at
FROM clusters c
WHERE (c.id = @id_or_name OR c.name = @id_or_name)
  AND c.id IN (
    SELECT o.id FROM clusters o WHERE o.user_id = @user_id
    UNION ALL SELECT s.cluster_id FROM cluster_shares s WHERE s.user_id = @user_id)
ORDER BY CASE WHEN c.id = @id_or_name THEN 0 WHEN c.user_id = @user_id THEN 1 ELSE 2 END, c.id
LIMIT 1;

-- name: cluster_list
SELECT id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at
FROM clusters
WHERE user_id = @user_id
ORDER BY id DESC
LIMIT @most OFFSET @skip;

-- name: cluster_list_shared
SELECT c.id, c.user_id, c.name, c.memory, c.disk_space, c.cpu_share, c.max_timeout, c.created_at
FROM cluster_shares s
JOIN clusters c ON c.id = s.cluster_id
WHERE s.user_id = @user_id
ORDER BY c.id DESC
LIMIT @most OFFSET @skip;

-- name: cluster_open
SELECT 1
FROM projects p
JOIN clusters c ON c.id = @cluster_id
WHERE p.id = @project_id
  AND (c.user_id = p.user_id
    OR EXISTS (SELECT 1 FROM cluster_shares s WHERE s.cluster_id = c.id AND s.user_id = p.user_id));

-- name: cluster_shares
SELECT u.id, u.name, u.email, s.updated_at
FROM cluster_shares s
JOIN users u ON u.id = s.user_id
WHERE s.cluster_id = @cluster_id
ORDER BY u.id;

-- name: cluster_strays
-- What waits where no cluster is any more.
SELECT t.id, t.project_id
FROM lanes l
JOIN ready r ON r.lane = l.id
JOIN tasks t ON t.id = r.task_id
WHERE NOT EXISTS (SELECT 1 FROM clusters c WHERE c.id = l.cluster_id)
LIMIT @most;

-- name: cluster_token_by_hash
SELECT id, cluster_id, hash, sealed, created_at FROM cluster_tokens WHERE hash = @hash;

-- name: cluster_tokens
SELECT id, cluster_id, hash, sealed, created_at FROM cluster_tokens WHERE cluster_id = @cluster_id ORDER BY id;

-- name: cluster_unshare
DELETE FROM cluster_shares WHERE cluster_id = @cluster_id AND user_id = @user_id RETURNING user_id;
