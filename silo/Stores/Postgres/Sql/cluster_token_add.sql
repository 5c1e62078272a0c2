INSERT INTO cluster_tokens (id, cluster_id, hash, sealed, created_at)
SELECT @id, c.id, @hash, @sealed, @created_at FROM clusters c WHERE c.id = @cluster_id FOR KEY SHARE
RETURNING id;
