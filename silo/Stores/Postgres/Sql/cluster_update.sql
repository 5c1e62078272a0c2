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
