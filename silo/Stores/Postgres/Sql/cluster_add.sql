INSERT INTO clusters (id, user_id, name, memory, disk_space, cpu_share, max_timeout, created_at)
VALUES (@id, @user_id, @name, @memory, @disk_space, @cpu_share, @max_timeout, @created_at);
INSERT INTO cluster_tokens (id, cluster_id, hash, sealed, created_at)
VALUES (@token_id, @id, @hash, @sealed, @created_at);
