INSERT INTO clusters (id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at)
VALUES (@id, @user_id, @name, @memory, @disk_space, @cpu_share, @max_timeout, @created_at)
ON CONFLICT (user_id, name) DO NOTHING
RETURNING id;
INSERT INTO cluster_tokens (id, cluster_id, hash, sealed, created_at)
SELECT @token_id, c.id, @hash, @sealed, @created_at FROM clusters c WHERE c.id = @id;
